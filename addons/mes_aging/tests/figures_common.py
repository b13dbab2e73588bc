"""What the tests of the figures and of the board share.

`FiguresCommon` adds to `AgingCommon`: `figures()` of one product, dated open demand and supply, a second warehouse.
"""

from datetime import timedelta

from odoo import fields

from .common import AgingCommon


class FiguresCommon(AgingCommon):
    @classmethod
    def _get_day(cls, days):
        return fields.Datetime.now() + timedelta(days=days)

    @classmethod
    def _need(cls, product, quantity, days, source=None, **more):
        """Return a confirmed delivery in so many days."""
        return cls._plan(product, quantity, days, source or cls.stock, cls.customers, **more)

    @classmethod
    def _expect(cls, product, quantity, days, dest=None):
        """Return a confirmed receipt in so many days."""
        return cls._plan(product, quantity, days, cls.suppliers, dest or cls.stock)

    @classmethod
    def _plan(cls, product, quantity, days, source, dest, **more):
        move = cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "date": cls._get_day(days),
                "location_id": source.id,
                "location_dest_id": dest.id,
                **more,
            }
        )
        move._action_confirm()
        return move

    @classmethod
    def _create_order(cls, quantity, take=0):
        """Return a confirmed manufacturing order of boards, of which so many resistors are picked already."""
        order = cls.env["mrp.production"].create({"product_id": cls.board.id, "product_qty": quantity})
        order.action_confirm()
        if take:
            order.move_raw_ids.quantity = take
            order.move_raw_ids.picked = True
        return order

    @classmethod
    def _keep(cls, product, quantity, warehouse=None):
        """Return a reordering rule that keeps a safety stock."""
        warehouse = warehouse or cls.warehouse
        return cls.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "product_min_qty": quantity,
                "product_max_qty": quantity,
                "trigger": "manual",
            }
        )

    @classmethod
    def _create_warehouse(cls, code, company=None):
        return cls.env["stock.warehouse"].create(
            {"name": code, "code": code, "company_id": (company or cls.company).id}
        )

    def figures(self, product, **options):
        """The figures of one product as they are stored now."""
        return self.env["mes.aging.figures"]._get_figures(product, **options)[product.id]
