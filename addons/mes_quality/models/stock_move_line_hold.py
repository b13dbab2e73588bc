"""Every path on which stock moves passes here, and with it the guard of frozen stock."""

from odoo import api, models
from odoo.tools import SQL

STOCK_USAGES = ("internal", "transit")
# Writing one of these on an open line names other stock.
SOURCE_FIELDS = {"lot_id", "lot_name", "quant_id", "location_id", "package_id", "product_id"}
# Writing one of these on a done line moves stock.
FLOW_FIELDS = SOURCE_FIELDS | {"quantity", "product_uom_id", "location_dest_id", "result_package_id", "owner_id"}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # -- questions ----------------------------------------------------------------------------------------------

    def _mes_is_frozen(self):
        """Return whether this line takes stock that is frozen."""
        self.ensure_one()
        return self.lot_id._mes_is_frozen() or self.location_id.mes_is_quarantine

    def _mes_get_use(self):
        """Return to which use (see `const.USES`) this line puts its stock; None: it brings stock in.

        Places and document decide, not who asks.
        """
        self.ensure_one()
        source, dest, move = self.location_id, self.location_dest_id, self.move_id
        by_dest = {"customer": "ship", "supplier": "return", "production": "issue"}
        if dest.usage in by_dest:
            return by_dest[dest.usage]
        if dest.usage == "inventory":
            return "count" if move.is_inventory and not move.scrap_id else "scrap"
        if source.usage == "inventory":
            return "count"
        if source.usage not in STOCK_USAGES or self._mes_is_from_subcontractor():
            return None
        if move.repair_id and not move.repair_line_type:
            return "issue"
        if self._mes_leaves_company():
            return "ship"
        if source._mes_is_subcontractor() or not dest._mes_is_subcontractor():
            return "move"
        return "return" if move._is_subcontract_return() else "issue"

    def _mes_leaves_company(self):
        source, dest = self.location_id.company_id, self.location_dest_id.company_id
        return bool(source) and source != dest

    def _mes_is_authorised(self):
        """Return whether the freeze itself, or a hold's end, makes this move. A record says so, no context."""
        self.ensure_one()
        hold = self.move_id.mes_hold_id
        return bool(hold) and hold.product_id == self.product_id and hold.lot_id == self.lot_id

    def _mes_is_background(self):
        """Return whether a flow would break that nobody here can stop: what a subcontractor has used, he has used."""
        self.ensure_one()
        return self.move_id.raw_material_production_id.bom_id.type == "subcontract"

    # -- the paths ----------------------------------------------------------------------------------------------

    def _action_done(self):
        lines = self.filtered("quantity")
        known = lines.lot_id
        watched = lines._mes_guard()
        result = super()._action_done()
        late = lines.filtered(lambda line: line.lot_id and line.lot_id not in known)
        if late:  # lots found by the name that was typed
            watched |= late._mes_guard()
        lines._mes_after_done(watched)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line.state == "done" and line.quantity)
        if done:
            done._mes_after_done(done._mes_guard())
        if opened := lines - done if done else lines:
            opened._mes_check_open()
        return lines

    def write(self, vals):
        if not self or FLOW_FIELDS.isdisjoint(vals):
            return super().write(vals)
        done = self.filtered(lambda line: line.state == "done")
        before = {line.id: line._mes_get_flow() for line in done}
        if done:
            done._mes_guard_correction(vals)
        result = super().write(vals)
        changed = done.filtered(lambda line: line._mes_is_new_flow(before[line.id]))
        if changed:
            changed._mes_after_done(changed._mes_guard(), book=False)
        if not SOURCE_FIELDS.isdisjoint(vals):
            (self - done)._mes_check_open()
        return result

    # -- guarding -----------------------------------------------------------------------------------------------

    def _mes_check_open(self):
        """Refuse that frozen stock is named on an open line, so that nobody fetches it in vain."""
        suspects = self.filtered(lambda line: line._mes_is_frozen() and line.location_id.usage in STOCK_USAGES)
        suspects = suspects.filtered(lambda line: not line._mes_is_sold_at_counter())
        if suspects:
            self.env["mes.quality.hold"]._check_lines(suspects)

    def _mes_guard(self):
        """Check these lines against all that is frozen, and keep any freeze waiting until this transaction ends.

        :return: the products that have frozen stock somewhere
        """
        products = self.env["product.product"]
        from_stock = self.filtered(lambda line: line.location_id.usage in STOCK_USAGES)
        if not from_stock and not self.lot_id:
            return products
        kinds = {"lot": False, "product": set()}
        for kind, record_id in self.env.execute_query(self._mes_get_guard_query(from_stock)):
            if kind == "product":
                kinds["product"].add(record_id)
            else:
                kinds["lot"] = True
        if kinds["lot"] or any(line.location_id.mes_is_quarantine for line in from_stock):
            self.env["mes.quality.hold"]._check_lines(self)
        return products.browse(kinds["product"])

    def _mes_get_guard_query(self, from_stock):
        """Return the query of frozen lots and products; it shares the rows that a freeze writes."""
        self.env["stock.lot"].flush_model(["mes_quality_state"])
        self.env["stock.quant"].flush_model(["mes_is_frozen", "product_id", "quantity"])
        without_lot = self.filtered(lambda line: not line.lot_id)
        return SQL(
            """
            WITH lots AS (
                SELECT id, mes_quality_state FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR SHARE
            ), companies AS (
                SELECT id FROM res_company WHERE id = ANY(%s) ORDER BY id FOR SHARE
            )
            SELECT 'lot', id FROM lots WHERE mes_quality_state != 'released'
         UNION ALL
            SELECT 'company', id FROM companies WHERE id < 0
         UNION ALL
            SELECT DISTINCT 'product', product_id FROM stock_quant WHERE mes_is_frozen AND product_id = ANY(%s)
            """,
            list(self.lot_id.ids),
            list((without_lot & from_stock).company_id.ids),
            list(from_stock.product_id.ids),
        )

    def _mes_guard_correction(self, vals):
        """Check what a correction of done lines takes back: stock that is frozen now is not relabelled or unmade."""
        for line in self:
            dest = line.location_dest_id
            frozen = line.lot_id._mes_is_frozen() or dest.mes_is_quarantine
            if not frozen or dest.usage not in STOCK_USAGES or not line._mes_would_change(vals):
                continue
            raise self.env["mes.quality.message"]._error(
                "correction", what=line.lot_id.name or line.product_id.display_name, document=line.reference or ""
            )

    def _mes_would_change(self, vals):
        """Return whether ``vals`` are other than what the line says."""
        return any(
            (self[name].id if isinstance(self[name], models.BaseModel) else self[name])
            != (vals[name].id if isinstance(vals[name], models.BaseModel) else vals[name])
            for name in FLOW_FIELDS & vals.keys()
            if name in self._fields
        )

    def _mes_get_flow(self):
        return (self.lot_id, self.location_id, self.location_dest_id, self.package_id, self.quantity_product_uom)

    def _mes_is_new_flow(self, before):
        """Return whether this line takes other stock than ``before``, or more of it."""
        now = self._mes_get_flow()
        return now[:-1] != before[:-1] or self.product_id.uom_id.compare(now[-1], before[-1]) > 0

    def _mes_after_done(self, watched, book=True):
        """After these lines have moved their stock: what they may not have done, and what must be kept.

        :param watched: products of which stock is frozen
        """
        if watched:
            self._mes_check_negative(watched)
            self._mes_check_counted()
        if book:
            crossing = self.filtered(
                lambda line: line.location_id.mes_is_quarantine or line.location_dest_id.mes_is_quarantine
            )
            if crossing:
                self.env["mes.quality.hold"]._book_crossing(crossing)
