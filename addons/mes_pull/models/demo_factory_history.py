"""Three weeks in the life of the demonstration factory, day by day."""

from datetime import timedelta

from odoo import models

WORKING_DAYS = 15
BUYING, CARRYING, SELLING, SHIPPING, CLOSING = (8, 10), (8, 40), (9, 5), (16, 40), (14, 20)
#: When the lines fetch their first parts. Downstream first: what a line makes is used on a later day.
LINES = (
    ("assembly", 9, 10),
    ("painting", 9, 15),
    ("welding", 9, 20),
    ("stamping", 9, 25),
    ("blanking", 9, 30),
)
#: Loops that are full again at the end: their figures are those of the scenarios.
CLOSED_LINES = ("bracket",)
CLOSED_PURCHASES = ("castor", "castor_fixed")
MARCH = 3


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    def _load_history(self):
        """Fill the stores, live through three weeks and leave an open present; once per database.

        The last document of the story is the mark by which a second loading knows that it has been told.
        """
        if self._find("order_800"):
            return
        clock = self._get_clock()
        days = clock.get_working_days(WORKING_DAYS)
        self._open_stores(clock)
        self._load_loops()
        for number, day in enumerate(days):
            self._live_day(clock, day, number)
        self._close_loops(clock, days[-1])
        self._load_present(clock)

    # -- opening ------------------------------------------------------------------------------------------------

    def _open_stores(self, clock):
        """Receive what was bought and count what was made before the story begins, oldest first."""
        receipts = {}
        for row in self._get_rows("opening"):
            price = self._product(row["product"]).seller_ids[:1]
            day = self._get_opening_day(clock, row["days"])
            receipts.setdefault((day, price.partner_id), []).append(row)
        for (day, vendor), rows in sorted(receipts.items(), key=lambda item: (item[0][0], item[0][1].id)):
            if vendor and vendor.id:
                order = self._buy(vendor, rows, clock, clock.at(day - timedelta(days=4), 10))
                self._receive(order, clock, clock.at(day, 9, 30), rows)
            else:
                self._count(rows, clock, clock.at(day, 7, 30))

    def _get_opening_day(self, clock, days):
        """Return the day of an opening: so many days ago, or the 12th of the last March that is a month old."""
        today = clock.today()
        if days != "march":
            return today - timedelta(days=int(days))
        march = today.replace(month=MARCH, day=12)
        return march if (today - march).days > 30 else march.replace(year=today.year - 1)

    def _count(self, rows, clock, moment):
        """Book an opening count of what the factory made before."""
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        counted = quants.browse()
        for row in rows:
            product = self._product(row["product"])
            lot = self._make_lot(product, row["lot"]) if row["lot"] else self.env["stock.lot"]
            counted |= quants.create(
                {
                    "product_id": product.id,
                    "location_id": self._get(row["place"]).id,
                    "lot_id": lot.id,
                    "inventory_quantity": float(row["quantity"]),
                }
            )
        counted.action_apply_inventory()
        clock.stamp(moment)

    # -- a day --------------------------------------------------------------------------------------------------

    def _live_day(self, clock, day, number):
        self.env.invalidate_all()  # or the cache grows with the story, and every step with the cache
        self._receive_purchases(clock, clock.at(day, *BUYING))
        self._confirm_quotations(clock, clock.at(day, *BUYING))
        self._supply_lines(clock, clock.at(day, *CARRYING), number)
        self._carry_for_loops(clock, clock.at(day, *CARRYING))
        self._take_orders(clock, clock.at(day, *SELLING), number)
        for line, hour, minute in LINES:
            orders = self._get_open_productions(line, before=clock.at(day, 0))
            self._run_line(orders, clock, clock.at(day, hour, minute))
        self._ship(clock, clock.at(day, *SHIPPING))

    def _confirm_quotations(self, clock, moment):
        """The buyer confirms what the loops asked for."""
        quotations = self.env["purchase.order"].search(self._get_loop_purchase_domain("draft"), order="id")
        for order in quotations:
            order.button_confirm()
            clock.stamp(moment)
            self._promise(order, clock, moment)

    def _promise(self, order, clock, moment):
        """Date the receipt of a confirmed purchase by its vendor's lead time."""
        due = clock.add_days(moment, self._get_delay(order))
        pickings = order.picking_ids
        clock.set(order, date_planned=due)
        clock.set(order.order_line, date_planned=due)
        clock.set(pickings, scheduled_date=due, date_deadline=due)
        clock.set(pickings.move_ids, date=due, date_deadline=due)

    def _get_delay(self, order):
        return max(order.order_line.product_id.seller_ids.mapped("delay"), default=0)

    def _receive_purchases(self, clock, moment):
        """The lorry brings what was confirmed its vendor's lead time ago."""
        for order in self.env["purchase.order"].search(self._get_loop_purchase_domain("purchase"), order="id"):
            due = clock.add_days(order.date_approve, self._get_delay(order))
            if due <= moment and order.receipt_status != "full":
                self._receive(order, clock, moment)

    def _get_loop_purchase_domain(self, state):
        return [
            ("company_id", "=", self.env.company.id),
            ("state", "=", state),
            ("order_line.mes_loop_id", "!=", False),
        ]

    def _supply_lines(self, clock, moment, number):
        """Consumables and bulk parts come to the lines by plain transfers, about once a week."""
        supplies = {}
        for row in self._get_rows("line_supplies"):
            if int(row["day"]) == number:
                quantities = supplies.setdefault(row["place"], {})
                quantities[self._product(row["product"])] = float(row["quantity"])
        for place, quantities in supplies.items():
            self._carry(self._get("central_store"), self._get(place), quantities, clock, moment)

    def _carry_for_loops(self, clock, moment):
        """The tow train does what the transfer loops have called for."""
        signals = self.env["mes.pull.signal"].search(
            [("state", "=", "released"), ("loop_id.supply_method", "=", "transfer")], order="id"
        )
        for picking in signals.picking_id.filtered(lambda p: p.state not in ("done", "cancel")):
            self._finish_transfer(picking, clock, moment)

    def _take_orders(self, clock, moment, number):
        for row in self._get_rows("sales"):
            if int(row["day"]) == number:
                customer = self._get(f"partner_{row['customer']}")
                self._sell(customer, self._product(row["product"]), float(row["quantity"]), clock, moment)

    def _run_line(self, productions, clock, moment):
        """A line makes its orders one after the other, as far as the parts and the day's hours go."""
        for production in productions:
            end = clock.add_work(moment, sum(production.workorder_ids.mapped("duration_expected")))
            if end <= clock.get_last_end(moment) and self._fetch_parts(production, clock, moment):
                self._produce(production, clock, moment, end)
                moment = end

    def _get_open_productions(self, line, products=None, before=None):
        """Return a line's open orders, oldest first; ``before``: only those that were there at that moment."""
        domain = [
            ("picking_type_id", "=", self._get(f"type_{line}").id),
            ("state", "in", ("confirmed", "progress")),
        ]
        if products:
            domain.append(("product_id", "in", products.ids))
        if before:
            domain.append(("create_date", "<", before))
        return self.env["mrp.production"].search(domain, order="id")

    def _ship(self, clock, moment):
        """Goods go out as soon as the whole order is there."""
        pickings = self.env["stock.picking"].search(
            [
                ("picking_type_id", "=", self._get_warehouse().out_type_id.id),
                ("state", "not in", ("done", "cancel")),
                ("sale_id", "!=", False),
            ],
            order="id",
        )
        for picking in pickings:
            self._finish_transfer(picking, clock, moment)

    # -- closing ------------------------------------------------------------------------------------------------

    def _close_loops(self, clock, day):
        """Fill up the loops whose figures the scenarios name: 1000 brackets, 500 castors, nothing on order."""
        moment = clock.at(day, *CLOSING)
        for key in CLOSED_LINES:
            self._run_line(self._get_open_productions("stamping", self._product(key)), clock, moment)
        for key in CLOSED_PURCHASES:
            for order in self._loop(key).signal_ids.purchase_line_id.order_id:
                if order.state == "draft":
                    order.button_confirm()
                    clock.stamp(moment)
                if order.receipt_status != "full":
                    self._receive(order, clock, moment + timedelta(hours=2))
