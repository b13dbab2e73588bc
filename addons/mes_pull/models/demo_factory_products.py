"""The demonstration factory's products, vendors' prices, bills of materials, reordering rules and loops."""

from odoo import models
from odoo.fields import Command

UOMS = {"unit": "uom.product_uom_unit", "kg": "uom.product_uom_kgm", "l": "uom.product_uom_litre"}


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    # -- products -----------------------------------------------------------------------------------------------

    def _load_categories(self):
        for row in self._get_rows("categories"):
            parent = self._get(f"category_{row['parent']}").id if row["parent"] else False
            vals = {"name": self._get_text(row), "parent_id": parent}
            self._ensure(f"category_{row['key']}", "product.category", vals)

    def _load_products(self):
        for row in self._get_rows("products"):
            vals = self._prepare_product_vals(row)
            self._in_english()._ensure(f"product_{row['key']}", "product.product", vals)

    def _prepare_product_vals(self, row):
        return {
            "name": row["name"],
            "default_code": row["code"],
            "barcode": row["barcode"],
            "type": "consu",
            "is_storable": True,
            "tracking": row["tracking"],
            "categ_id": self._get(f"category_{row['category']}").id,
            "uom_id": self.env.ref(UOMS[row["uom"]]).id,
            "standard_price": float(row["cost"]),
            "list_price": float(row["price"]),
            "sale_ok": row["category"] == "finished",
            "purchase_ok": row["supply"] == "buy",
            "company_id": self.env.company.id,
        }

    def _product(self, key):
        """Return the product with ``key`` in the table."""
        return self._get(f"product_{key}")

    def _load_vendors(self):
        for row in self._get_rows("vendors"):
            key = f"price_{row['product']}"
            self._ensure(key, "product.supplierinfo", self._prepare_vendor_vals(row))

    def _prepare_vendor_vals(self, row):
        return {
            "product_tmpl_id": self._product(row["product"]).product_tmpl_id.id,
            "partner_id": self._get(f"partner_{row['vendor']}").id,
            "product_code": row["vendor_code"],
            "price": float(row["price"]),
            "min_qty": 0,
            "delay": int(row["days"]),
            "company_id": self.env.company.id,
        }

    # -- bills of materials -------------------------------------------------------------------------------------

    def _load_boms(self):
        lines = {}
        for row in self._get_rows("bom_lines"):
            lines.setdefault(row["product"], []).append(row)
        for row in self._get_rows("boms"):
            vals = self._prepare_bom_vals(row, lines[row["product"]])
            self._ensure(f"bom_{row['product']}", "mrp.bom", vals)

    def _prepare_bom_vals(self, row, lines):
        product = self._product(row["product"])
        return {
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_uom_id": product.uom_id.id,
            "product_qty": 1,
            "picking_type_id": self._get(f"type_{row['line']}").id,
            "company_id": self.env.company.id,
            "bom_line_ids": [Command.create(self._prepare_bom_line_vals(line)) for line in lines],
            "operation_ids": [Command.create(self._prepare_operation_vals(row))],
        }

    def _prepare_bom_line_vals(self, row):
        product = self._product(row["component"])
        return {
            "product_id": product.id,
            "product_qty": float(row["quantity"]),
            "product_uom_id": product.uom_id.id,
        }

    def _prepare_operation_vals(self, row):
        return {
            "name": self._get_text(row, "operation"),
            "workcenter_id": self._get(f"workcenter_{row['line']}").id,
            "time_mode": "manual",
            "time_cycle_manual": float(row["minutes"]),
        }

    # -- what keeps the shelves full ----------------------------------------------------------------------------

    def _load_orderpoints(self):
        """Bought parts without a loop have Odoo's ordinary reordering rules; a buyer orders by them."""
        for row in self._get_rows("orderpoints"):
            vals = self._prepare_orderpoint_vals(row)
            self._ensure(f"orderpoint_{row['product']}", "stock.warehouse.orderpoint", vals)

    def _prepare_orderpoint_vals(self, row):
        warehouse = self._get_warehouse()
        return {
            "product_id": self._product(row["product"]).id,
            "warehouse_id": warehouse.id,
            "location_id": warehouse.lot_stock_id.id,
            "product_min_qty": float(row["minimum"]),
            "product_max_qty": float(row["maximum"]),
            "trigger": "manual",
            "company_id": self.env.company.id,
        }

    def _load_loops(self):
        """Create the loops; called by the history, when the supermarkets have been filled for the first time."""
        for sequence, row in enumerate(self._get_rows("loops"), 1):
            self._ensure(f"loop_{row['key']}", "mes.pull.loop", self._prepare_loop_vals(row, sequence))

    def _prepare_loop_vals(self, row, sequence):
        bom = self._find(f"bom_{row['product']}") if row["method"] == "manufacture" else None
        product = self._product(row["product"])
        store = self._get(row["store"])
        return {
            "name": f"{product.name} @ {store.name}",
            "sequence": sequence,
            "product_id": product.id,
            "location_id": store.id,
            "location_dest_id": self._get(row["use"]).id if row["use"] else False,
            "supply_method": row["method"],
            "source_location_id": self._get(row["source"]).id if row["source"] else False,
            "bom_id": bom.id if bom else False,
            "container_qty": float(row["container"]),
            "card_count": int(row["cards"]),
            "mode": row["mode"],
            "safety_qty": float(row["safety"]),
            "min_signal_qty": float(row["batch"]),
            "overrun_policy": row["overrun"],
            "user_id": self._get("user_planner").id,
            "company_id": self.env.company.id,
        }

    def _loop(self, key):
        """Return the loop with ``key`` in the table."""
        return self._get(f"loop_{key}")
