"""What the tests of material calls share.

`CallCase` adds to `SlotCase` (Monday 2 March 2026, 07:00; the press makes 25 brackets an hour of one blank each):

* `bench`: the press's line-side place, called to 8 hours ahead with a lead time of 30 minutes; 10000 blanks in stock
* `_call` plans an order, `_calls` reads ``[("Mon 08:00", quantity, state)]``
"""

from .slots_common import SlotCase


class CallCase(SlotCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call_type = cls.warehouse.int_type_id.copy({"name": "Calls", "sequence_code": "CALL"})
        cls.call_type.default_location_src_id = cls.stock
        cls.bench = cls._create_place("Press Bench", cls.warehouse.view_location_id)
        cls.bench.write({"mes_call_type_id": cls.call_type.id, "mes_call_lead_time": 30})
        cls.press.mes_line_location_id = cls.bench
        cls.company.mes_plan_user_id = cls.planner
        cls.Call = cls.env["mes.pull.call"]
        cls.Call._catch_up()

    # -- looking ------------------------------------------------------------------------------------------------

    def _rows(self, production=None, product=None):
        """Return the calls that stand, the earliest first."""
        domain = [("location_id", "=", self.bench.id), ("state", "!=", "cancelled")]
        if production:
            domain.append(("production_id", "=", production.id))
        if product:
            domain.append(("product_id", "=", product.id))
        calls = self.Call.search(domain, order="date_due, id")
        self.env.flush_all()
        self.env.invalidate_all()
        return calls

    def _calls(self, production=None, product=None):
        rows = self._rows(production, product)
        return [(self._local(call.date_due), call.quantity, call.state) for call in rows]

    def _steps(self, production, product=None):
        """Return the open moves that bring an order its parts."""
        self._rows()
        raws = production.move_raw_ids.filtered(lambda move: not product or move.product_id == product)
        return raws.move_orig_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _assert_need(self, production, quantity, product=None):
        """Assert that calls and Odoo's own transfers add up to what the order needs."""
        self.assertEqual(sum(self._rows(production, product).mapped("need_qty")), quantity)
        self.assertEqual(sum(self._steps(production, product).mapped("product_qty")), quantity)

    def _tick(self):
        """Let the periodic run do its work."""
        self.Call._refresh(places=self.bench)
        self.env.flush_all()
        self.env.invalidate_all()

    def _bring(self, call, quantity=None, **more):
        answer = call.with_user(self.storekeeper).action_confirm(quantity, **more)
        self.env.flush_all()
        self.env.invalidate_all()
        return answer
