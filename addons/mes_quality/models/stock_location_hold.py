"""A quarantine with stock in it stays one; which places are subcontractors'."""

from odoo import api, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    @api.model_create_multi
    def create(self, vals_list):
        """A place in a quarantine is one itself."""
        parents = self.browse({vals["location_id"] for vals in vals_list if vals.get("location_id")})
        frozen = set(parents.filtered("mes_is_quarantine").ids)
        return super().create(
            [{**vals, "mes_is_quarantine": True} if vals.get("location_id") in frozen else vals for vals in vals_list]
        )

    def write(self, vals):
        if {"mes_is_quarantine", "usage", "active", "location_id"} & vals.keys():
            self._mes_check_quarantine(vals)
        return super().write(vals)

    def _mes_is_subcontractor(self):
        """Return whether this is a place of subcontractors (of mrp_subcontracting, which may be there)."""
        return hasattr(self, "is_subcontract") and bool(self.is_subcontract())

    def _mes_check_quarantine(self, vals):
        """Refuse that held stock is freed, or other stock frozen without a hold, by changing its place."""
        names = {"mes_is_quarantine", "usage", "active", "location_id"} & vals.keys()
        changed = self.filtered(
            lambda place: any(place._fields[name].convert_to_write(place[name], place) != vals[name] for name in names)
        )
        flagged = changed.filtered("mes_is_quarantine")
        new = (changed - flagged) if vals.get("mes_is_quarantine") else self.browse()
        domain = [("location_id", "in", (flagged | new).ids), ("quantity", "!=", 0)]
        quant = self.env["stock.quant"].sudo().search(domain, limit=1) if flagged or new else None
        if quant:
            code = "place_kept" if quant.location_id in flagged else "place_filled"
            raise self.env["mes.quality.message"]._error(code, place=quant.location_id.display_name)
