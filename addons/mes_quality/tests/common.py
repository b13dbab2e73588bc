"""What the tests of quality share.

`QualityCommon` provides, with real Odoo documents only:

* products by lot `axle` (bought from `vendor`) and `cart` (made of 2 axles and 4 `bolts`, which are not tracked)
* `lot` "A-MARCH" with 10 axles in `stock`; `other_lot` with 10 more
* users `operator` (works with stock and orders, no quality), `inspector`, `engineer`, `manager`
"""

from odoo.tests import TransactionCase, new_test_user


class QualityCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        quick = {"tracking_disable": True, "no_reset_password": True}  # neither notes on changes nor invitations
        cls.env = cls.env(context={**cls.env.context, **quick, "allowed_company_ids": cls.company.ids})
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.vendor = cls.env["res.partner"].create({"name": "Supplier A"})
        cls.customer = cls.env["res.partner"].create({"name": "Customer B"})
        cls.axle = cls._create_product("Axle", tracking="lot", seller_ids=[(0, 0, {"partner_id": cls.vendor.id})])
        cls.bolt = cls._create_product("Bolt")
        cls.cart = cls._create_product("Cart", tracking="lot")
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.cart.product_tmpl_id.id,
                "bom_line_ids": [
                    (0, 0, {"product_id": cls.axle.id, "product_qty": 2}),
                    (0, 0, {"product_id": cls.bolt.id, "product_qty": 4}),
                ],
            }
        )
        cls.lot = cls._create_lot("A-MARCH", cls.axle, 10)
        cls.other_lot = cls._create_lot("B-APRIL", cls.axle, 10)
        cls._stock_up(cls.bolt, 100)
        cls.operator = new_test_user(cls.env, "q_operator", "stock.group_stock_user,mrp.group_mrp_user")
        cls.inspector = new_test_user(
            cls.env, "q_inspector", "mes_quality.mes_quality_group_user,stock.group_stock_user,mrp.group_mrp_user"
        )
        cls.engineer = new_test_user(cls.env, "q_engineer", "mes_quality.mes_quality_group_engineer")
        cls.manager = new_test_user(cls.env, "q_manager", "mes_quality.mes_quality_group_manager")

    # -- making things ------------------------------------------------------------------------------------------

    @classmethod
    def _create_product(cls, name, **more):
        return cls.env["product.product"].create({"name": name, "is_storable": True, **more})

    @classmethod
    def _create_lot(cls, name, product, quantity=0, place=None):
        lot = cls.env["stock.lot"].create({"name": name, "product_id": product.id})
        if quantity:
            cls._stock_up(product, quantity, lot, place)
        return lot

    @classmethod
    def _stock_up(cls, product, quantity, lot=None, place=None):
        cls.env["stock.quant"]._update_available_quantity(product, place or cls.stock, quantity, lot_id=lot)

    @classmethod
    def _create_delivery(cls, product, quantity, user=None):
        """Return a confirmed and reserved delivery."""
        picking = (
            cls.env["stock.picking"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "picking_type_id": cls.warehouse.out_type_id.id,
                    "location_id": cls.stock.id,
                    "location_dest_id": cls.customers.id,
                    "partner_id": cls.customer.id,
                    "move_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "location_id": cls.stock.id,
                                "location_dest_id": cls.customers.id,
                            },
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    @classmethod
    def _create_order(cls, quantity=1, user=None):
        """Return a confirmed and reserved manufacturing order of carts."""
        order = (
            cls.env["mrp.production"]
            .with_user(user or cls.env.user)
            .create({"product_id": cls.cart.id, "product_qty": quantity, "bom_id": cls.bom.id})
        )
        order.action_confirm()
        order.action_assign()
        return order

    # -- looking ------------------------------------------------------------------------------------------------

    def _on_hand(self, product, place=None, lot=None):
        domain = [("product_id", "=", product.id), ("location_id", "child_of", (place or self.stock).id)]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))
