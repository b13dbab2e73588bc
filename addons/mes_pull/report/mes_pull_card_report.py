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

    def _get_zpl(self):
        """Return the card's label in ZPL II, UTF-8, for 203 dpi: product, quantity, supermarket, Code 128.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        quantity = f"{self._format_quantity()} {self.uom_id.name}"
        label = [
            "^XA^CI28",
            f"^FO30,30^A0N,40,40^FB560,2,4,L^FH|^FD{self._format_zpl(self.product_id.display_name)}^FS",
            f"^FO30,130^A0N,70,70^FH|^FD{self._format_zpl(quantity)}^FS",
            f"^FO30,215^A0N,28,28^FH|^FD{self._format_zpl(self.location_id.display_name)}^FS",
            f"^FO30,260^BY2^BCN,80,Y,N,N^FH|^FD{self._format_zpl(self.name)}^FS",
            "^XZ",
            "",
        ]
        return Markup(
            "\n".join(label)
        )  # for a printer; `_format_zpl` leaves nothing that a browser would take for HTML

    @api.model
    def _format_zpl(self, text):
        """Return ``text`` for a ZPL field, without the signs that begin ZPL commands, or HTML.

        After ``^FH|`` a bar begins a sign by its code: what is printed and scanned stays the same.
        """
        for sign in "|<>&":
            text = (text or "").replace(sign, f"|{ord(sign):02X}")
        return text.replace("^", " ").replace("~", " ")
