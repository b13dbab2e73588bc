"""The label BLOCKED for held stock: barcodes as SVG in the page, and ZPL for label printers."""

import re

from markupsafe import Markup
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _get_label_code(self):
        """Return what the label's barcode says: the lot where there is one, else the hold."""
        self.ensure_one()
        return self.sudo().lot_id.name or self.name

    def _get_barcode_svg(self, **options):
        """Return the label's Code 128 as an inline SVG element.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        svg = createBarcodeDrawing("Code128", value=self._get_label_code(), **options).asString("svg")
        text = svg.decode() if isinstance(svg, bytes) else svg
        # reportlab gives every drawing the same ids: on one page, the first one's frame would cut off all others
        text = re.sub(r'(id="|url\(#)(clip|group)', rf"\g<1>\g<2>-{self.id}", text)
        # built by reportlab, which escapes the value; only the element itself goes into the page
        return Markup(text[text.index("<svg") :])

    def _get_label_lines(self):
        """Return the lines of the label: product, lot, quantity, reason, since when and by whom, owner and due date."""
        self.ensure_one()
        hold, message = self.sudo(), self.env["mes.quality.message"]
        since = fields.Datetime.context_timestamp(self, hold.date_held)
        lines = [
            (self.env._("Product"), hold.product_id.display_name),
            (self.env._("Lot"), hold.lot_id.name),
            (self.env._("Quantity"), f"{message._format(hold.open_qty)} {hold.uom_id.name or ''}".strip()),
            (self.env._("Reason"), hold.reason),
            (self.env._("Held"), f"{since:%Y-%m-%d %H:%M} {hold.held_by_id.name}"),
            (self.env._("Decides"), hold.user_id.name),
            (self.env._("Until"), fields.Date.to_string(hold.date_due) if hold.date_due else ""),
        ]
        return [(label, value) for label, value in lines if value]

    def _get_zpl(self):
        """Return the label in ZPL II, UTF-8, for 203 dpi, 4 × 3 inches.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        label = ["^XA^CI28", "^FO0,0^GB812,110,110^FS", f"^FO0,20^FR^A0N,80,80^FB812,1,0,C^FD{self._get_title()}^FS"]
        for row, (name, value) in enumerate(self._get_label_lines()):
            text = f"{name}: {self._format_zpl(value)}"
            label.append(f"^FO30,{130 + 46 * row}^A0N,34,34^FB752,1,0,L^FH|^FD{text}^FS")
        code = self._format_zpl(self._get_label_code())
        label += [f"^FO30,470^BY2^BCN,90,Y,N,N^FH|^FD{code}^FS", "^XZ", ""]
        return Markup(
            "\n".join(label)
        )  # for a printer; `_format_zpl` leaves nothing that a browser would take for HTML

    def _get_title(self):
        self.ensure_one()
        if self.level == "rejected":
            return self.env._("REJECTED")
        return self.env._("IN INSPECTION") if self.level == "inspection" else self.env._("BLOCKED")

    @api.model
    def _format_zpl(self, text):
        """Return ``text`` for a ZPL field: one line, without the signs that begin ZPL commands, or HTML.

        After ``^FH|`` a bar begins a sign by its code: what is printed and scanned stays the same.
        """
        for sign in "|<>&":
            text = (text or "").replace(sign, f"|{ord(sign):02X}")
        return " ".join(text.replace("^", " ").replace("~", " ").split())
