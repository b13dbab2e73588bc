"""What the tests of the purchase guard share.

`GuardCommon` adds to `FiguresCommon`: a policy that stops the resistor above 30 days, a demand of 1,000 of it in 10
days, and `_buy()`, which returns a quotation of the buyer's.
"""

from odoo.tools import mute_logger

from .figures_common import FiguresCommon


class GuardCommon(FiguresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["mes.aging.policy"].create(
            {"name": "Resistor", "product_id": cls.resistor.id, "max_cover_days": 30, "purchase_policy": "stop"}
        )
        cls.demand = cls._need(cls.resistor, 1000, 10)
        cls.incoming = cls.warehouse.in_type_id

    @classmethod
    def _buy(cls, quantity, product=None, user=None, **more):
        """Return a quotation with one line, as the buyer made it."""
        product = product or cls.resistor
        vals = {"partner_id": cls.vendor.id, "picking_type_id": cls.incoming.id, **more}
        vals["order_line"] = [cls._line(quantity, product)]
        return cls.env["purchase.order"].with_user(user or cls.buyer).create(vals)

    @classmethod
    def _line(cls, quantity, product=None, **more):
        return (0, 0, {"product_id": (product or cls.resistor).id, "product_qty": quantity, **more})

    def purchase(self, order):
        """What the first line of the order is judged by."""
        return self.env["mes.aging.guard"]._get_purchases(order.order_line)[order.order_line[0].sudo()]

    def assertStopped(self, order):
        self.assertEqual(order.state, "to approve")
        self.assertFalse(order.picking_ids.filtered(lambda picking: picking.state != "cancel"))

    def refuse(self, text, method, *arguments):
        """Assert that the call is refused with the text, and leave nothing of it behind."""
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, text), self.env.cr.savepoint():
            method(*arguments)
        self.env.invalidate_all()

    def tasks(self, order):
        return order.sudo().activity_search(["mes_aging.mail_activity_type_purchase_guard"])
