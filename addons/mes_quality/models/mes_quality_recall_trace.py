"""How a recall finds its answer: walk, ledger, lines by place."""

from collections import defaultdict

from odoo import models
from odoo.fields import Command

from ..const import OPEN_MOVE_STATES


class MesQualityRecall(models.Model):
    _inherit = "mes.quality.recall"

    def _trace(self):
        """Replace the lines by what is true now."""
        self.ensure_one()
        recalled = self._find_recalled()
        if not recalled:
            raise self.env["mes.quality.message"]._error("recall_nothing")
        genealogy = self.env["mes.quality.genealogy"].sudo()
        roots = list(dict.fromkeys(line.lot_id.id or -line.product_id.id for line in recalled))
        since = min(line.date for line in recalled)
        levels, steps = genealogy._walk(roots, since=since)
        derived = self._find_derived(recalled, steps)
        quantities = {line.id: quantity for line, quantity in recalled.items() if line.id not in derived}
        ledger = genealogy._follow(levels, steps, quantities)
        rows = self._prepare_rows(ledger, set(roots))
        self.sudo().write(
            {
                "line_ids": [Command.clear(), *(Command.create(vals) for vals in rows)],
                "received_qty": sum(quantities.values()),
                "missing_note": self._describe_missing(ledger),
            }
        )

    def _find_derived(self, recalled, steps):
        """Return the ids of lines that were made of other recalled goods: they are no second source."""
        made = {line_id for inputs, outputs in steps.values() if inputs for line_id, _item, _quantity in outputs}
        return made & {line.id for line in recalled}

    def _describe_missing(self, ledger):
        missing = ledger.get_missing()
        if not missing:
            return False
        return self.env["mes.quality.message"]._text("recall_missing", quantity=float(missing))

    def _prepare_rows(self, ledger, roots):
        """Return the values of the lines, one for each item and place, and one for each open order."""
        found = ledger.get_rows()
        lots = self.env["stock.lot"].sudo().browse([item for item, *_rest in found if item > 0])
        products = {
            item: lots.browse(item).product_id if item > 0 else self._browse_product(item) for item, *_ in found
        }
        places = self.env["stock.location"].sudo().browse({place.location_id for _item, place, *_ in found})
        work_places = places.filtered(lambda place: self._is_work_place(place))
        finished = self._find_finished(self.env["product.product"].union(*products.values()))
        taken = self._get_taken(lots)
        rows = []
        for item, place, quantity, content in found:
            lot = lots.browse(item) if item > 0 else lots.browse()
            vals = {
                "lot_id": lot.id,
                "product_id": products[item].id,
                "location_id": place.location_id,
                "partner_id": place.partner_id or False,
                "quantity": quantity,
                "source_qty": content,
            }
            if place.usage not in ("internal", "transit"):
                rows.append({**vals, "place": self._get_outside_place(place)})
                continue
            is_work = place.location_id in work_places.ids
            own = "finished" if products[item] in finished else "wip"
            vals["place"] = "wip" if is_work else "stock" if item in roots and own != "finished" else own
            rows += self._split_taken(vals, taken.get((lot, place.location_id), {}))
        rows += self._prepare_work_rows(ledger)
        return rows

    def _browse_product(self, item):
        return self.env["product.product"].sudo().browse(-item)

    def _get_outside_place(self, place):
        return {"customer": "shipped", "supplier": "returned", "production": "wip"}.get(place.usage, "scrapped")

    def _is_work_place(self, place):
        """Return whether what lies there is in production: a pre-production place, or none of a warehouse's stock."""
        warehouse = place.warehouse_id
        if not warehouse:
            return place.usage == "internal"
        return bool(warehouse.pbm_loc_id) and place._child_of(warehouse.pbm_loc_id)

    def _find_finished(self, products):
        """Return the products that are sold and go into nothing else."""
        used = self.env["mrp.bom.line"].sudo().search([("product_id", "in", products.ids)]).product_id
        return products.filtered("sale_ok") - used

    def _get_taken(self, lots):
        """Return ``{(lot, location id): {order: quantity}}`` registered as consumed on open orders."""
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("lot_id", "in", lots.ids),
                    ("picked", "=", True),
                    ("state", "in", OPEN_MOVE_STATES),
                    ("move_id.raw_material_production_id", "!=", False),
                ]
            )
        )
        taken = defaultdict(lambda: defaultdict(float))
        for line in lines:
            order = line.move_id.raw_material_production_id
            taken[line.lot_id, line.location_id.id][order] += line.quantity_product_uom
        return taken

    def _split_taken(self, vals, orders):
        """Return the line, and beside it what open orders have registered of it."""
        rows = []
        for order, quantity in orders.items():
            part = min(quantity, vals["quantity"])
            if part <= 0:
                continue
            content = vals["source_qty"] * part / vals["quantity"]
            rows.append({**vals, "place": "wip", "production_id": order.id, "quantity": part, "source_qty": content})
            vals = {**vals, "quantity": vals["quantity"] - part, "source_qty": vals["source_qty"] - content}
        return [*rows, vals] if vals["quantity"] > 0 or vals["source_qty"] > 0 else rows

    def _prepare_work_rows(self, ledger):
        """Return lines for what was consumed while nothing is made of it yet."""
        rows = []
        for (kind, document_id), content in ledger.get_work().items():
            production = document_id if kind == "production" else False
            rows.append({"place": "wip", "production_id": production, "quantity": 0.0, "source_qty": content})
        return rows
