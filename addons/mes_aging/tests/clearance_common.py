"""What the tests of clearance share.

`ClearanceCommon` provides, beyond `AgingCommon`: 100 resistors (cost 2) and 20 boards (cost 30) in `stock`, and the
user `clerk`, a user of aging without any other role.
"""

from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import AgingCommon


class ClearanceCommon(AgingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "a_clerk", "mes_aging.mes_aging_group_user")
        cls._put(cls.resistor, 100)
        cls._put(cls.board, 20)

    @classmethod
    def _put(cls, product, quantity, lot=None, place=None):
        """Put stock on hand, as received; returns its quant."""
        cls._move(product, quantity, cls.suppliers, place or cls.stock, lot=lot)
        domain = [("product_id", "=", product.id), ("location_id", "=", (place or cls.stock).id)]
        return cls.env["stock.quant"].search([*domain, ("lot_id", "=", lot.id if lot else False)], limit=1)

    @classmethod
    def _open_case(cls, product, quantity, user=None, **more):
        """Return a case, owned by ``user`` (the clerk)."""
        user = user or cls.clerk
        Case = cls.env["mes.aging.clearance"].with_user(user)
        return Case.create({"product_id": product.id, "quantity": quantity, "user_id": user.id, **more})

    @classmethod
    def _plan(cls, case, route, quantity=None, **more):
        """Return a planned route of a case."""
        vals = {"clearance_id": case.id, "route": route, **more}
        return (
            cls.env["mes.aging.clearance.line"]
            .with_env(case.env)
            .create({**vals, "quantity": quantity} if quantity else vals)
        )

    @contextmanager
    def _refused(self, text):
        """The block is refused with a message that contains this pattern, and nothing of it stays written."""
        with self.assertRaises(UserError) as refusal:  # its savepoint takes back what was written
            yield
        self.assertRegex(str(refusal.exception), text)
