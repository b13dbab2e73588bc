"""What the tests of ageing share.

`AgingCommon` provides, with real Odoo documents only:

* products `resistor` (bought from `vendor`, a component), `board` (made of 10 resistors, sold), both without tracking
* users `viewer` (sees ageing only), `buyer` (buys, sees ageing), `manager` (of ageing and purchase)
"""

from odoo.tests import TransactionCase, new_test_user


class AgingCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        quick = {"tracking_disable": True, "no_reset_password": True}  # neither notes on changes nor invitations
        cls.env = cls.env(context={**cls.env.context, **quick, "allowed_company_ids": cls.company.ids})
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.vendor = cls.env["res.partner"].create({"name": "Supplier A"})
        cls.customer = cls.env["res.partner"].create({"name": "Customer B"})
        cls.resistor = cls._create_product(
            "Resistor", standard_price=2, seller_ids=[(0, 0, {"partner_id": cls.vendor.id, "price": 2})]
        )
        cls.board = cls._create_product("Board", standard_price=30, purchase_ok=False)
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.board.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": cls.resistor.id, "product_qty": 10})],
            }
        )
        cls.viewer = new_test_user(cls.env, "a_viewer", "mes_aging.mes_aging_group_user")
        cls.buyer = new_test_user(cls.env, "a_buyer", "mes_aging.mes_aging_group_user,purchase.group_purchase_user")
        cls.manager = new_test_user(
            cls.env, "a_manager", "mes_aging.mes_aging_group_manager,purchase.group_purchase_manager"
        )

    @classmethod
    def _create_product(cls, name, **more):
        return cls.env["product.product"].create({"name": name, "is_storable": True, **more})

    @classmethod
    def _move(cls, product, quantity, source, dest, lot=None, done=True, date=None):
        """Return a confirmed move, done by default."""
        move = cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": dest.id,
                **({"date": date} if date else {}),
            }
        )
        move._action_confirm()
        if done:
            move._action_assign()
            move.quantity = quantity
            if lot:
                move.move_line_ids.lot_id = lot
            move.picked = True
            move._action_done()
        return move

    @classmethod
    def _receive(cls, product, quantity, lot=None, place=None):
        return cls._move(product, quantity, cls.suppliers, place or cls.stock, lot)

    @classmethod
    def _ship(cls, product, quantity, lot=None):
        return cls._move(product, quantity, cls.stock, cls.customers, lot)
