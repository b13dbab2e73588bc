"""Calls that stand by themselves, for the tests of what shows and tells about them.

`CallScreenCase` adds to `PullCommon` the call place `bench` with its operation type, an `order` of stamped parts, and
`_call`, which writes a call as the engine does.
"""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common import PullCommon


class CallScreenCase(PullCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # these calls stand for no plan: the engine would withdraw them
        cls.startClassPatcher(patch.object(cls.registry["mes.pull.call"], "_refresh", lambda *_args, **_more: None))
        cls.kind = cls.warehouse.int_type_id
        view = cls.warehouse.view_location_id
        cls.bench = cls._create_place("Bench", view, barcode="TEST-BENCH", mes_call_type_id=cls.kind.id)
        cls.other_bench = cls._create_place("Other bench", view, mes_call_type_id=cls.kind.id)
        cls.order = cls.env["mrp.production"].create({"product_id": cls.stamped.id, "product_qty": 10})
        cls._stock_up(cls.blank, cls.blank_market, 400)
        cls.calls = cls.env["mes.pull.call"].with_user(cls.operator)

    @classmethod
    def _call(cls, quantity=100, place=None, hours=1, state="called", **more):
        now = fields.Datetime.now().replace(microsecond=0)
        due = more.pop("due", now + timedelta(hours=hours))
        vals = {
            "production_id": cls._new_order().id,
            "company_id": cls.company.id,
            "product_id": cls.blank.id,
            "location_id": (place or cls.bench).id,
            "date_due": due,
            "date_pick": due - timedelta(minutes=30),
            "need_qty": quantity,
            "quantity": quantity,
            "state": state,
        }
        return cls.env["mes.pull.call"].sudo().create({**vals, **more})

    @classmethod
    def _new_order(cls):
        return cls.order.copy()

    def _commit(self):
        """Run what runs before a commit."""
        self.env.flush_all()
        self.env.cr.precommit.run()
