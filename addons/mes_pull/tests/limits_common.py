"""What the tests of caps, excess production and demand share.

`LimitCase` adds to the small factory of `PullCommon`:

* `bracket`: made of 1 `blank` at the `press`, for no supermarket; `saw`, a second work centre; 10000 blanks in stock
* users `worker` (manufacturing), `storekeeper` (stock), `counter` (inventory administrator), `manager` (pull manager)
* calls as a remote program of a user does: `_rpc`
"""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import PullCommon


class LimitCase(PullCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.production_place = cls.stamped.property_stock_production
        cls.customer = cls.env["res.partner"].create({"name": "Cart works"})
        cls.saw = cls.env["mrp.workcenter"].create({"name": "Saw"})
        cls.bracket = cls._create_made("Bracket", cls.press)
        cls._stock_up(cls.blank, cls.stock, 10000)
        cls.worker = new_test_user(cls.env, "mes_worker", "mrp.group_mrp_user,mrp.group_mrp_routings")
        cls.storekeeper = new_test_user(cls.env, "mes_storekeeper", "stock.group_stock_user")
        cls.counter = new_test_user(cls.env, "mes_counter", "stock.group_stock_manager")
        cls.manager = new_test_user(cls.env, "mes_manager", "mes_pull.mes_pull_group_manager")
        # Odoo reads analytic lines when an order is cancelled or merged: without this its own users cannot do it
        analytic = Command.link(cls.env.ref("analytic.group_analytic_accounting").id)
        (cls.worker | cls.planner | cls.manager).write({"group_ids": [analytic]})

    # -- making things ------------------------------------------------------------------------------------------

    @classmethod
    def _create_made(cls, name, *workcenters, component=None, **more):
        """Return a product made of one `blank` (or ``component``), with one operation at each of ``workcenters``."""
        product = cls._create_product(name, **more)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_uom_id": product.uom_id.id,
                "bom_line_ids": [Command.create({"product_id": (component or cls.blank).id, "product_qty": 1})],
                "operation_ids": [
                    Command.create({"name": f"At {wc.name}", "workcenter_id": wc.id, "time_cycle_manual": 1})
                    for wc in workcenters
                ],
            }
        )
        return product

    def _draft(self, quantity, product=None, user=None, **more):
        """Return a draft order that ``user`` (by default one who makes things) typed."""
        vals = {"product_id": (product or self.bracket).id, "product_qty": quantity, **more}
        return self.env["mrp.production"].with_user(user or self.worker).create(vals).with_env(self.env)

    def _order(self, quantity, product=None, user=None, **more):
        """Return an order that ``user`` confirmed."""
        production = self._draft(quantity, product, user, **more)
        production.with_user(user or self.worker).action_confirm()
        self.env.invalidate_all()
        return production

    def _order_stamped(self, quantity, user=None, **more):
        """Return an order of stamped parts for the supermarket that ``user`` confirmed."""
        return self._order(quantity, self.stamped, user, location_dest_id=self.market.id, **more)

    def _take(self, quantity, loop=None, **more):
        """Withdraw at the station and return the withdrawal."""
        answer = self.station.withdraw((loop or self.loop).id, quantity, location_dest_id=self.line.id, **more)
        self.assertEqual(answer["status"], "ok", answer)
        self.env.invalidate_all()
        return self.env["mes.pull.withdrawal"].browse(answer["withdrawal_id"])

    def _make(self, production, quantity=None, user=None):
        """Report ``quantity`` made and close the order, as ``user``; less than ordered leaves a backorder."""
        self._finish(production.with_user(user or self.worker), quantity)
        self.env.invalidate_all()
        return production

    def _create_picking(self, source, target, quantity, product=None, picking_type=None, **more):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": (picking_type or self.warehouse.int_type_id).id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": (product or self.stamped).id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            **more,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _validate(self, picking, user=None):
        picking = picking.with_user(user or self.storekeeper)
        picking.move_ids.picked = True
        result = picking.button_validate()
        self.assertNotIsInstance(result, dict, "Odoo asks something")
        self.env.invalidate_all()
        return picking

    # -- looking ------------------------------------------------------------------------------------------------

    def _states(self, *productions):
        self.env.invalidate_all()
        return [production.mes_release_state for production in productions]

    def _assert_queued(self, *productions):
        self.assertEqual(self._states(*productions), ["queued"] * len(productions))

    def _assert_released(self, *productions):
        self.assertEqual(self._states(*productions), ["released"] * len(productions))

    def _assert_figures(self, on_hand, held=0, on_order=0, loop=None):
        loop = loop or self.loop
        self.env.invalidate_all()
        self.assertEqual((loop.on_hand_qty, loop.held_qty, loop.on_order_qty), (on_hand, held, on_order))
        self.assertEqual(loop.position_qty, on_hand + held + on_order)

    def _overrides(self, kind=None):
        return self.env["mes.pull.override"].search([("kind", "=", kind)] if kind else [], order="id")

    def _activities(self, user, model=None):
        domain = [("user_id", "=", user.id)]
        return self.env["mail.activity"].search([*domain, ("res_model", "=", model)] if model else domain)

    # -- trying -------------------------------------------------------------------------------------------------

    def _rpc(self, user, records, method, *args, context=None, **kwargs):
        """Call a method as a remote program of ``user`` does, which may send any context."""
        model = self.env(user=user)[records._name]
        ids = [records.ids] if records else []
        context = {"allowed_company_ids": user.company_ids.ids, **(context or {})}
        return call_kw(model, method, [*ids, *args], {**kwargs, "context": context})

    def _run_cron(self):
        """Let the hourly run do its work."""
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["mes.pull.loop"]._cron_reconcile()
        self.env.invalidate_all()

    def _assert_refused(self, call, *words, error=UserError):
        """Assert that ``call`` is refused with a message that holds ``words``, and that nothing was written."""
        self.env.flush_all()
        before = self._picture()
        with self.assertRaises(error) as caught:
            call()
            self.env.flush_all()
        self.env.invalidate_all()
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertEqual(self._picture(), before, "something was written")
        return str(caught.exception)

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def _assert_denied(self, call, *words):
        return self._assert_refused(call, *words, error=AccessError)

    def _picture(self):
        """Return what a refused step must leave as it is."""
        orders = self.env["mrp.production"].search([], order="id")
        quants = self.env["stock.quant"].search([("product_id", "in", (self.stamped | self.bracket).ids)])
        return (
            self._snapshot(),
            orders.mapped(lambda mo: (mo.id, mo.state, mo.mes_release_state, mo.qty_producing, mo.product_qty)),
            orders.workorder_ids.mapped(lambda work: (work.id, work.state, work.qty_produced, work.duration)),
            orders.move_raw_ids.mapped(lambda move: (move.id, move.picked)),
            sorted(quants.mapped(lambda quant: (quant.location_id.id, quant.lot_id.id, quant.quantity))),
            self.env["mes.pull.override"].search_count([]),
        )
