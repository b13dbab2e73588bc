"""Barcodes for printed cards: as SVG in the page, so that no image service is needed."""

from markupsafe import Markup
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import models


class MesPullCard(models.Model):
    _inherit = "mes.pull.card"

    def _get_barcode_svg(self, kind="Code128", **options):
        """Return the card's barcode as an inline SVG element.

        :param str kind: a name known to reportlab's barcode module (``Code128``, ``QR``)
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        drawing = createBarcodeDrawing(kind, value=self.name, **options)
        svg = drawing.asString("svg")
        text = svg.decode() if isinstance(svg, bytes) else svg
        # built from the card's name by reportlab, which escapes it; only the element itself goes into the page
        return Markup(text[text.index("<svg") :])  # noqa: S704
