"""What the parameters of a scan mean: ids and keys become records, or a message that says what to do."""

from odoo import models

KEY_LENGTH = 64
MAX_ID = 2**31 - 1  # of PostgreSQL's int4


class MesPullStation(models.AbstractModel):
    _inherit = "mes.pull.station"

    # -- what the parameters mean -------------------------------------------------------------------------------

    def _find(self, model, record_id, code, domain=()):
        """Return the record with that id in the user's companies, as superuser; raise message ``code`` otherwise."""
        if isinstance(record_id, bool) or not isinstance(record_id, int) or not 0 < record_id <= MAX_ID:
            raise self.env["mes.pull.message"]._error(code)
        companies = [False, *self.env.companies.ids]
        record = (
            self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "=", record_id), ("company_id", "in", companies), *domain], limit=1)
        )
        if not record:
            raise self.env["mes.pull.message"]._error(code)
        return record.with_context(active_test=True)

    def _find_loop(self, loop_id):
        loop = self._find("mes.pull.loop", loop_id, "unknown_loop")
        if not loop.active:
            raise self.env["mes.pull.message"]._error("archived_loop", loop=loop.name)
        return loop

    def _find_loop_of_product(self, product):
        messages = self.env["mes.pull.message"]
        loops = self.env["mes.pull.loop"]._get_loops_of_products(product)
        here = loops.filtered(lambda loop: loop.company_id in self.env.companies)
        if loops and not here:
            raise self.env["mes.pull.barcode"]._other_company_error(loops.company_id)
        if not here:
            raise messages._error("no_loop", product=product.display_name)
        if len(here) > 1:
            places = ", ".join(here.location_id.mapped("display_name"))
            raise messages._error("many_loops", product=product.display_name, places=places)
        return here

    def _find_lot(self, lot_id):
        return self._find("stock.lot", lot_id, "unknown_lot_id") if lot_id else None

    def _find_operator(self, operator_id):
        if not operator_id:
            return None
        if isinstance(operator_id, bool) or not isinstance(operator_id, int) or not 0 < operator_id <= MAX_ID:
            raise self.env["mes.pull.message"]._error("unknown_operator")
        user = self.env["res.users"].sudo().browse(operator_id).exists()
        if not user or user.share or not user.company_ids & self.env.companies:
            raise self.env["mes.pull.message"]._error("unknown_operator")
        return user

    def _find_production(self, production_id, loop):
        if not production_id:
            return None
        messages = self.env["mes.pull.message"]
        production = self._find("mrp.production", production_id, "unknown_order")
        if production.state in ("done", "cancel") or production.company_id != loop.company_id:
            raise messages._error("unknown_order")
        if loop.product_id not in production.move_raw_ids.product_id:
            raise messages._error("wrong_order", order=production.name, product=loop.product_id.display_name)
        return production

    def _find_destination(self, location_id, production, loop):
        """Return where the parts go: what was asked for, else the order's place, the loop's, or the line side."""
        messages = self.env["mes.pull.message"]
        if location_id:
            place = self._find("stock.location", location_id, "unknown_place", [("usage", "!=", "view")])
            if loop._contains(place):
                raise messages._error("place_inside", place=place.display_name)
            if place.company_id and place.company_id != loop.company_id:
                raise self.env["mes.pull.barcode"]._other_company_error(place.company_id)
            return place
        source = production.location_src_id if production else None
        if source and not loop._contains(source) and not loop.location_id._child_of(source):
            return source
        return loop.location_dest_id or loop.company_id._mes_get_line_side()

    def _find_first(self, scan_key):
        """Return the withdrawal that this key booked before, if any."""
        if scan_key is None or scan_key is False:
            return None
        if not isinstance(scan_key, str) or not scan_key.isprintable() or not 0 < len(scan_key) <= KEY_LENGTH:
            raise self.env["mes.pull.message"]._error("bad_key")
        return (
            self.env["mes.pull.withdrawal"]
            .sudo()
            .search([("scan_key", "=", scan_key), ("company_id", "in", self.env.companies.ids)], limit=1)
        )

    def _check_card_quantity(self, card, quantity):
        if not card:
            return
        left = card.quantity - card.withdrawn_qty
        if card.uom_id.compare(quantity, left) > 0:
            raise self.env["mes.pull.message"]._error(
                "more_than_card", card=card.name, there=left, wanted=quantity, unit=card.uom_id.name
            )
