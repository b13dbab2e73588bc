"""Rework, downgrade and repair: orders that take exactly this lot."""

from odoo import models
from odoo.fields import Command


class MesQualityDispositionLine(models.Model):
    _inherit = "mes.quality.disposition.line"

    # -- rework -------------------------------------------------------------------------------------------------

    def _apply_rework(self):
        for line in self:
            line._make_order()

    def _prepare_rework(self):
        warehouse = self._get_warehouse()
        target = self.target_product_id or self.product_id
        return {
            "product_id": target.id,
            "product_qty": self._get_open_qty(),
            "product_uom_id": target.uom_id.id,
            "bom_id": False,
            "picking_type_id": warehouse.manu_type_id.id,
            "location_src_id": self.location_id.id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "company_id": self._get_company().id,
            "origin": self.disposition_id.name,
            "move_raw_ids": [Command.create(self._prepare_rework_part())],
            "workorder_ids": [Command.create(vals) for vals in self._prepare_rework_operations()],
            **self._tie(),
        }

    def _prepare_rework_part(self):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self._get_open_qty(),
            "product_uom": self.uom_id.id,
            "location_id": self.location_id.id,
        }

    def _prepare_rework_operations(self):
        """Return the operations that were chosen, and the free one."""
        quantity = self._get_open_qty()
        vals_list = [
            {
                "name": operation.name,
                "workcenter_id": operation.workcenter_id.id,
                "duration_expected": operation.time_cycle * quantity,
                "operation_id": operation.id,
            }
            for operation in self.operation_ids.sorted(lambda one: (one.sequence, one.id))
        ]
        if self.workcenter_id:
            vals_list.append(
                {
                    "name": self.env._("Rework"),
                    "workcenter_id": self.workcenter_id.id,
                    "duration_expected": self.minutes,
                }
            )
        return vals_list

    def _make_order(self):
        """Make and confirm the manufacturing order, with this lot on it and nothing else."""
        self.ensure_one()
        vals = self._prepare_rework()
        order = self.env["mrp.production"].with_company(self._get_company()).create(vals)
        parts = order.move_raw_ids.filtered(lambda move: move.product_id == self.product_id)
        parts.write(
            {"location_id": self.location_id.id, "mes_disposition_line_id": self._tie()["mes_disposition_line_id"]}
        )
        if order.product_tracking != "none":
            order.lot_producing_ids = self._get_target_lot(order.product_id)
        order.action_confirm()
        order.action_assign()
        self._check_taken()
        return order

    def _get_target_lot(self, product):
        """Return the lot that comes out: of the same number, unless another was given."""
        if product == self.product_id and self._is_kept():
            return self.lot_id
        lots = self.env["stock.lot"]
        name = self.target_lot or self.lot_id.name
        if not name:
            return lots.create({"product_id": product.id, "company_id": self._get_company().id})
        domain = [("name", "=", name), ("product_id", "=", product.id)]
        domain.append(("company_id", "in", (False, self._get_company().id)))
        return lots.search(domain, limit=1) or lots.create({"name": name, "product_id": product.id})

    # -- downgrade: the same, done at once ----------------------------------------------------------------------

    def _apply_downgrade(self):
        for line in self:
            order = line._make_order()
            order.qty_producing = order.product_qty
            order.move_raw_ids.picked = True
            order.with_context(skip_backorder=True, skip_consumption=True, skip_immediate=True).button_mark_done()
            if order.state != "done":
                raise self.env["mes.quality.message"]._error("disposition_order_open", order=order.name)

    # -- repair -------------------------------------------------------------------------------------------------

    def _apply_repair(self):
        for line in self:
            if any(quant.package_id or quant.owner_id for quant, _qty in line._find_parts(line._get_open_qty())):
                raise self.env["mes.quality.message"]._error("disposition_packed", name=line.display_name)
            vals = line._prepare_repair()
            self.env["repair.order"].with_company(line._get_company()).create(vals)._action_repair_confirm()

    def _prepare_repair(self):
        warehouse = self._get_warehouse()
        return {
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "product_qty": self._get_open_qty(),
            "product_uom": self.uom_id.id,
            "picking_type_id": warehouse.repair_type_id.id,
            "product_location_src_id": self.location_id.id,
            "product_location_dest_id": warehouse.lot_stock_id.id,
            "company_id": self._get_company().id,
            "internal_notes": self.disposition_id.name,
            **self._tie(),
        }
