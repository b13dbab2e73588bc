"""How a recall finds its answer: walk, ledger, lines by place."""

from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..const import OPEN_MOVE_STATES
from ..tools.shares import round_shares

OUTSIDE_PLACES = {"customer": "shipped", "supplier": "returned", "production": "wip"}


class MesQualityRecall(models.Model):
    _inherit = "mes.quality.recall"

    def _trace(self):
        """Replace the lines by what is true now."""
        rows, received, missing = self._find_answer()
        note = self.env["mes.quality.message"]._text("recall_missing", quantity=float(missing)) if missing else False
        self.line_ids.sudo().unlink()
        self.env["mes.quality.recall.line"].sudo().create([{**vals, "recall_id": self.id} for vals in rows])
        self.sudo().write({"received_qty": received, "missing_note": note})

    def _find_answer(self):
        """Return (values of the lines, quantity recalled, quantity that cannot be followed); reads only."""
        self.ensure_one()
        recalled = self._find_recalled()
        if not recalled:
            raise self.env["mes.quality.message"]._error("recall_nothing")
        roots = list(dict.fromkeys(line.lot_id.id or -line.product_id.id for line in recalled))
        quantities = {line.id: quantity for line, quantity in recalled.items()}
        since = min(line.date for line in recalled)
        ledger = self.env["mes.quality.genealogy"].sudo()._follow(roots, quantities, since)
        received, missing = sum(quantities.values()), ledger.get_missing()
        bought = {line.lot_id.id or -line.product_id.id for line in recalled if line.location_id.usage == "supplier"}
        rows = self._prepare_rows(ledger, set(roots), bought)
        shares = round_shares([vals["source_qty"] for vals in rows], received - missing)
        return [{**vals, "source_qty": share} for vals, share in zip(rows, shares, strict=True)], received, missing

    # -- lines --------------------------------------------------------------------------------------------------

    def _prepare_rows(self, ledger, roots, bought):
        """Return the values of the lines, one for each item and place, and one for each open order."""
        found = ledger.get_rows()
        lots = self.env["stock.lot"].sudo().browse([item for item, *_rest in found if item > 0])
        lots.fetch(["product_id", "company_id"])
        products = self._get_products(item for item, *_rest in found)
        places = self.env["stock.location"].sudo().browse({place.location_id for _item, place, *_rest in found})
        sort = self._get_sorter(roots, bought, products, places)
        taken = self._get_taken(lots)
        rows = []
        for item, place, quantity, content in found:
            vals = {
                "place": sort(item, place),
                "lot_id": item if item > 0 else False,
                "product_id": products[item].id,
                "location_id": place.location_id,
                "partner_id": place.partner_id or False,
                "production_id": False,
                "quantity": quantity,
                "source_qty": content,
            }
            rows += self._split_taken(vals, taken.get((item, place.location_id), {}))
        return self._hide_foreign([*rows, *self._prepare_work_rows(ledger)], lots, places)

    def _get_products(self, items):
        """Return ``{item: product}``."""
        Lot, Product = self.env["stock.lot"].sudo(), self.env["product.product"].sudo()
        return {item: Lot.browse(item).product_id if item > 0 else Product.browse(-item) for item in items}

    def _get_sorter(self, roots, bought, products, places):
        """Return a function of (item, place) that says which of `const.RECALL_PLACES` it is."""
        work_places = self._find_work_places(places)
        finished = set(self._find_finished(self.env["product.product"].union(*set(products.values()))).ids)

        def sort(item, place):
            if place.usage not in ("internal", "transit"):
                return OUTSIDE_PLACES.get(place.usage, "scrapped")
            if place.location_id in work_places:
                return "wip"
            if item in bought:
                return "stock"
            if products[item].id in finished:
                return "finished"
            return "stock" if item in roots else "wip"

        return sort

    def _find_work_places(self, places):
        """Return the ids of places in production: pre-production places, and internal ones of no warehouse."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id
                  FROM stock_location s
             LEFT JOIN stock_warehouse w ON w.id = s.warehouse_id
             LEFT JOIN stock_location p ON p.id = w.pbm_loc_id
                 WHERE s.id = ANY(%s)
                   AND (s.warehouse_id IS NULL AND s.usage = 'internal' OR s.parent_path LIKE p.parent_path || '%%')
                """,
                places.ids,
            )
        )
        return {place_id for (place_id,) in rows}

    def _find_finished(self, products):
        """Return the products that are sold and go into nothing else."""
        domain = [("id", "in", products.ids), ("sale_ok", "=", True), ("bom_line_ids", "=", False)]
        return self.env["product.product"].sudo().with_context(active_test=False).search(domain)

    def _get_taken(self, lots):
        """Return ``{(lot id, location id): {order id: quantity}}`` registered as consumed on open orders."""
        domain = [
            ("lot_id", "in", lots.ids),
            ("picked", "=", True),
            ("state", "in", OPEN_MOVE_STATES),
            ("move_id.raw_material_production_id", "!=", False),
        ]
        taken = defaultdict(lambda: defaultdict(float))
        groups = ["lot_id", "location_id", "move_id"]
        lines = self.env["stock.move.line"].sudo()
        for lot, place, move, quantity in lines._read_group(domain, groups, ["quantity_product_uom:sum"]):
            taken[lot.id, place.id][move.raw_material_production_id.id] += quantity
        return taken

    def _split_taken(self, vals, orders):
        """Return the line, and beside it what open orders have registered of it."""
        rows = []
        for order_id, quantity in orders.items():
            part = min(quantity, vals["quantity"])
            if part <= 0:
                continue
            content = vals["source_qty"] * part / vals["quantity"]
            rows.append({**vals, "place": "wip", "production_id": order_id, "quantity": part, "source_qty": content})
            vals = {**vals, "quantity": vals["quantity"] - part, "source_qty": vals["source_qty"] - content}
        return [*rows, vals] if vals["quantity"] > 0 or vals["source_qty"] > 0 else rows

    def _prepare_work_rows(self, ledger):
        """Return lines for what was consumed while nothing is made of it yet."""
        rows = []
        for (kind, document_id), content in ledger.get_work().items():
            production = self.env["mrp.production"].sudo().browse(document_id if kind == "production" else [])
            rows.append(
                {
                    "place": "wip",
                    "production_id": production.id,
                    "product_id": production.product_id.id,
                    "quantity": 0.0,
                    "source_qty": content,
                }
            )
        return rows

    def _hide_foreign(self, rows, lots, places):
        """Leave out of the lines what is of companies in which the user has no business; the quantities stay."""
        if self.env.su:
            return rows
        own = self.env.user.company_ids
        foreign = {place.id for place in places if place.company_id and place.company_id not in own}
        hidden = {lot.id for lot in lots if lot.company_id and lot.company_id not in own}
        for vals in rows:
            vals["is_stub"] = vals.get("location_id") in foreign or vals.get("lot_id") in hidden
            if vals["is_stub"]:
                vals.update(location_id=False, partner_id=False, production_id=False)
                vals["lot_id"] = False if vals["lot_id"] in hidden else vals["lot_id"]
        return rows
