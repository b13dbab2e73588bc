"""How a recall finds its answer: walk, ledger, lines by place."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.shares import round_shares

OUTSIDE_PLACES = {"customer": "shipped", "supplier": "returned", "production": "wip"}


class MesQualityRecall(models.Model):
    _inherit = "mes.quality.recall"

    def _trace(self):
        """Replace the lines by what is true now."""
        rows, received, missing = self._find_answer()
        note = self.env["mes.quality.message"]._text("recall_missing", quantity=float(missing)) if missing else False
        self.line_ids.sudo().unlink()
        self.env["mes.quality.recall.line"].sudo()._keep(self, rows)
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
        followed = self.env["mes.quality.genealogy"].sudo()._follow(roots, quantities, since)
        received, missing = sum(quantities.values()), followed.ledger.get_missing()
        bought = {line.lot_id.id or -line.product_id.id for line in recalled if line.location_id.usage == "supplier"}
        rows = self._prepare_rows(followed, set(roots), bought)
        shares = round_shares([vals["source_qty"] for vals in rows], received - missing)
        return [{**vals, "source_qty": share} for vals, share in zip(rows, shares, strict=True)], received, missing

    # -- lines --------------------------------------------------------------------------------------------------

    def _prepare_rows(self, followed, roots, bought):
        """Return the values of the lines, one for each item and place, and one for each open order."""
        found = followed.ledger.get_rows()
        products = {item: followed.products[item] for item, *_rest in found}
        places = {place.location_id for _item, place, *_rest in found}
        sort = self._get_sorter(roots, bought, products, places)
        rows = []
        for item, place, quantity, content in found:
            vals = {
                "place": sort(item, place),
                "lot_id": item if item > 0 else False,
                "product_id": products[item],
                "location_id": place.location_id,
                "partner_id": place.partner_id or False,
                "production_id": False,
                "quantity": quantity,
                "source_qty": content,
            }
            rows += self._split_taken(vals, followed.taken.get((item, place.location_id), {}))
        lot_ids = [item for item in products if item > 0]
        return self._hide_foreign([*rows, *self._prepare_work_rows(followed.ledger)], lot_ids, list(places))

    def _get_sorter(self, roots, bought, products, places):
        """Return a function of (item, place) that says which of `const.RECALL_PLACES` it is."""
        work_places, finished = self._find_work_places_and_finished(places, set(products.values()))

        def sort(item, place):
            if place.usage not in ("internal", "transit"):
                return OUTSIDE_PLACES.get(place.usage, "scrapped")
            if place.location_id in work_places:
                return "wip"
            if item in bought:
                return "stock"
            if products[item] in finished:
                return "finished"
            return "stock" if item in roots else "wip"

        return sort

    def _find_work_places_and_finished(self, places, products):
        """Return which of the places are in production, and which of the products are finished goods: sets of ids.

        In production are pre-production places, and internal ones of no warehouse. Finished goods are sold and go into
        nothing else.
        """
        self.env["product.template"].flush_model(["sale_ok"])
        self.env["mrp.bom.line"].flush_model(["product_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'place', s.id
                  FROM stock_location s
             LEFT JOIN stock_warehouse w ON w.id = s.warehouse_id
             LEFT JOIN stock_location p ON p.id = w.pbm_loc_id
                 WHERE s.id = ANY(%(places)s)
                   AND (s.warehouse_id IS NULL AND s.usage = 'internal' OR s.parent_path LIKE p.parent_path || '%%')
             UNION ALL
                SELECT 'product', v.id
                  FROM product_product v
                  JOIN product_template t ON t.id = v.product_tmpl_id AND t.sale_ok
                 WHERE v.id = ANY(%(products)s)
                   AND NOT EXISTS (SELECT FROM mrp_bom_line b WHERE b.product_id = v.id)
                """,
                places=list(places),
                products=list(products),
            )
        )
        found = {"place": set(), "product": set()}
        for kind, record_id in rows:
            found[kind].add(record_id)
        return found["place"], found["product"]

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

    def _hide_foreign(self, rows, lot_ids, place_ids):
        """Leave out of the lines what is of companies in which the user has no business; the quantities stay."""
        if self.env.su:
            return rows
        domain = Domain("company_id", "not in", [False, *self.env.user.company_ids.ids])
        foreign, hidden = (
            set(self.env[model].sudo().with_context(active_test=False).search(domain & Domain("id", "in", ids)).ids)
            for model, ids in (("stock.location", place_ids), ("stock.lot", lot_ids))
        )
        for vals in rows:
            vals["is_stub"] = vals.get("location_id") in foreign or vals.get("lot_id") in hidden
            if vals["is_stub"]:
                vals.update(location_id=False, partner_id=False, production_id=False)
                vals["lot_id"] = False if vals["lot_id"] in hidden else vals["lot_id"]
        return rows
