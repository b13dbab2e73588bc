"""A line of the demonstration factory to which parts are called by the hour (scenario F)."""

from odoo import models
from odoo.fields import Command

ORDERED, AT_THE_LINE, IN_STOCK = 200, 30, 1000
MINUTES = 2.4


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    def _get_parts(self):
        return [*super()._get_parts(), "calls"]

    def _load_calls(self):
        """Plan an order of accessory packs at a line with calls: 25 an hour, 30 boxes lie there; once per database."""
        if self._find("order_calls"):
            return
        place = self._ensure("bench_packing", "stock.location", self._prepare_bench_vals())
        place.mes_call_type_id = self._ensure("type_calls", "stock.picking.type", self._prepare_call_type_vals(place))
        center = self._ensure("workcenter_packing", "mrp.workcenter", self._prepare_packing_vals(place))
        box = self._ensure_part("box", self._say("Accessory box", "附件盒"))
        bag = self._ensure_part("screw_bag", self._say("Bag of screws", "螺丝包"))
        pack = self._ensure_part("accessory_pack", self._say("Accessory pack", "附件包"))
        self._ensure("bom_accessory_pack", "mrp.bom", self._prepare_pack_bom_vals(pack, center, box | bag))
        stock = self._get_warehouse().lot_stock_id
        self._count_parts([(box, stock, IN_STOCK), (bag, stock, IN_STOCK), (box, place, AT_THE_LINE)])
        order = self.env["mrp.production"].create({"product_id": pack.id, "product_qty": ORDERED})
        order.action_confirm()
        order.button_plan()
        self._remember("order_calls", order)
        self.env["mes.pull.call"]._catch_up()

    def _say(self, english, chinese):
        return chinese if self._is_chinese() else english

    def _ensure_part(self, key, name):
        return self._ensure(f"product_{key}", "product.product", {"name": name, "is_storable": True})

    def _prepare_bench_vals(self):
        return {
            "name": self._say("Packing bench", "包装工位"),
            "location_id": self._get_warehouse().view_location_id.id,
            "usage": "internal",
            "barcode": "MES-LINE-PACKING",
            "company_id": self.env.company.id,
            "mes_call_lead_time": 20,
            "mes_call_user_id": self._get("user_planner").id,
        }

    def _prepare_call_type_vals(self, place):
        warehouse = self._get_warehouse()
        return {
            "name": self._say("Line Calls", "线边叫料"),
            "code": "internal",
            "sequence_code": "CALL",
            "warehouse_id": warehouse.id,
            "default_location_src_id": warehouse.lot_stock_id.id,
            "default_location_dest_id": place.id,
            "company_id": self.env.company.id,
        }

    def _prepare_packing_vals(self, place):
        return {
            "name": self._say("Packing line", "包装线"),
            "code": "PCK",
            "resource_calendar_id": self._get("calendar").id,
            "mes_line_location_id": place.id,
            "company_id": self.env.company.id,
        }

    def _prepare_pack_bom_vals(self, pack, center, components):
        name = self._say("Pack", "包装")
        return {
            "product_tmpl_id": pack.product_tmpl_id.id,
            "company_id": self.env.company.id,
            "bom_line_ids": [Command.create({"product_id": one.id, "product_qty": 1}) for one in components],
            "operation_ids": [Command.create({"name": name, "workcenter_id": center.id, "time_cycle_manual": MINUTES})],
        }

    def _count_parts(self, lines):
        """Count opening stock, as a person does with Odoo's inventory."""
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        counted = quants.create(
            [
                {"product_id": product.id, "location_id": place.id, "inventory_quantity": quantity}
                for product, place, quantity in lines
            ]
        )
        counted.action_apply_inventory()
