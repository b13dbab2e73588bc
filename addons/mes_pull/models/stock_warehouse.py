from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _mes_get_held_location(self, name=None):
        """Return the warehouse's place for held stock, beside its stock location; create it when it is missing.

        :param str name: of a place of its own, where the common one is not enough
        """
        self.ensure_one()
        Location = self.env["stock.location"].sudo()
        domain = [
            ("location_id", "=", self.view_location_id.id),
            ("mes_is_held", "=", True),
            ("usage", "=", "internal"),
        ]
        places = Location.search(domain, order="id")
        place = places.filtered(lambda place: not name or place.name == name)[:1]
        return place or Location.create(
            {
                "name": name or self.env._("Held"),
                "usage": "internal",
                "location_id": self.view_location_id.id,
                "company_id": self.company_id.id,
                "mes_is_held": True,
            }
        )
