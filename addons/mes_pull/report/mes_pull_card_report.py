"""Barcodes for printed cards: as SVG in the page, so that no image service is needed."""

import re

from markupsafe import Markup
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, models


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
        # reportlab gives every drawing the same ids: on one page, the first one's frame would cut off all others
        text = re.sub(r'(id="|url\(#)(clip|group)', rf"\g<1>\g<2>-{kind}-{self.id}", text)
        # built from the card's name by reportlab, which escapes it; only the element itself goes into the page
        return Markup(text[text.index("<svg") :])

    def _format_quantity(self):
        """Return the container's quantity as printed: no decimals where there are none."""
        self.ensure_one()
        return self.env["mes.pull.message"]._format(self.quantity)

    @api.model
    def _format_zpl(self, text):
        """Return ``text`` for a ZPL field: as it is, not escaped for HTML, and without the signs of ZPL commands."""
        return Markup((text or "").replace("^", " ").replace("~", " "))  # not an HTML page
