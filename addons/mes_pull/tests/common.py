"""What the tests of the pull loop share.

`PullCommon` provides a small factory, with real Odoo documents only:

* `stamped` (made of 1 `blank` at the work centre `press`), `blank` (bought from `vendor`), `fastener`
* supermarkets `market` (WH/Stock/Stamped), `blank_market` (WH/Stock/Blanks), places `line` (Shop Floor/Welding)
* `loop`: stamped parts, 10 cards of 100, 1000 on hand
* users `operator`, `planner`; `station` is called as the operator
"""

from odoo.tests import TransactionCase, new_test_user


class PullCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        quick = {"tracking_disable": True, "no_reset_password": True}  # neither notes on changes nor invitations
        cls.env = cls.env(context={**cls.env.context, **quick, "allowed_company_ids": cls.company.ids})
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.market = cls._create_place("Stamped", cls.stock, barcode="TEST-MARKET")
        cls.blank_market = cls._create_place("Blanks", cls.stock)
        cls.floor = cls.env["stock.location"].create(
            {"name": "Test Floor", "usage": "view", "location_id": False, "company_id": cls.company.id}
        )
        cls.line = cls._create_place("Welding", cls.floor, barcode="TEST-WELDING")
        cls.vendor = cls.env["res.partner"].create({"name": "Steel vendor"})
        cls.press = cls.env["mrp.workcenter"].create({"name": "Press"})
        cls.blank = cls._create_product(
            "Blank", seller_ids=[(0, 0, {"partner_id": cls.vendor.id, "price": 2, "delay": 3})]
        )
        cls.stamped = cls._create_product("Stamped part", barcode="5901234123457")
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.stamped.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": cls.blank.id, "product_qty": 1})],
                "operation_ids": [(0, 0, {"name": "Stamp", "workcenter_id": cls.press.id, "time_cycle_manual": 1})],
            }
        )
        cls.loop = cls._create_loop(cls.stamped, cls.market, container_qty=100, card_count=10)
        cls._stock_up(cls.stamped, cls.market, 1000)
        cls.operator = new_test_user(cls.env, "mes_operator", "mes_pull.mes_pull_group_operator")
        cls.planner = new_test_user(cls.env, "mes_planner", "mes_pull.mes_pull_group_planner")
        cls.station = cls.env["mes.pull.station"].with_user(cls.operator)

    # -- making things ------------------------------------------------------------------------------------------

    @classmethod
    def _create_place(cls, name, parent, **more):
        return cls.env["stock.location"].create(
            {"name": name, "location_id": parent.id, "usage": "internal", "company_id": cls.company.id, **more}
        )

    @classmethod
    def _create_product(cls, name, **more):
        return cls.env["product.product"].create({"name": name, "is_storable": True, **more})

    @classmethod
    def _create_loop(cls, product, market, **more):
        return cls.env["mes.pull.loop"].create(
            {"product_id": product.id, "location_id": market.id, "supply_method": "manufacture", **more}
        )

    @classmethod
    def _stock_up(cls, product, place, quantity, lot=None):
        cls.env["stock.quant"]._update_available_quantity(product, place, quantity, lot_id=lot)

    # -- looking ------------------------------------------------------------------------------------------------

    def _on_hand(self, product, place):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
        )
        return sum(quants.mapped("quantity"))

    def _orders(self, product=None):
        return self.env["mrp.production"].search(
            [("product_id", "=", (product or self.stamped).id), ("state", "!=", "cancel")]
        )

    def _snapshot(self):
        """Return the numbers of all that a refused scan must not write."""
        names = ("stock.move", "stock.move.line", "mes.pull.withdrawal", "mes.pull.signal", "mrp.production")
        return {name: self.env[name].search_count([]) for name in names} | {
            "on_hand": self._on_hand(self.stamped, self.market)
        }

    def _finish(self, production, quantity=None):
        """Finish an order as its operator does; less than ordered leaves a backorder."""
        production.qty_producing = quantity or production.product_qty
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        result = production.button_mark_done()
        if isinstance(result, dict) and result.get("res_model") == "mrp.production.backorder":
            wizard = self.env["mrp.production.backorder"].with_context(**result["context"]).create({})
            wizard.action_backorder()
        return production
