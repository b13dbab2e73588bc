from odoo import api, models

from ..const import CLOSED_ORDER_STATES


class MrpWorkorder(models.Model):
    """Work on an order that is not released is refused here, whatever button or program asked for it."""

    _inherit = "mrp.workorder"

    @api.model_create_multi
    def create(self, vals_list):
        works = super().create(vals_list)
        works.filtered(lambda work: work.state == "progress").production_id._mes_admit()
        released = works.production_id.filtered(lambda mo: mo.mes_release_state == "released")
        if released and not self.env.su:
            released._mes_check_growth(("workcenter",))
        return works

    def write(self, vals):
        self._mes_get_work(vals).production_id._mes_admit()
        if vals.get("qty_produced"):
            self._mes_check_count(vals["qty_produced"])
        moved, keys = self.browse(), set()
        if "workcenter_id" in vals:
            moved = self.filtered(lambda work: work.workcenter_id.id != vals["workcenter_id"])
            keys = self.env["mes.pull.limit"].sudo()._get_freed_keys(moved.production_id.sudo())
        result = super().write(vals)
        if moved:
            moved.production_id._mes_check_growth(("workcenter",))
        if vals.get("state") in CLOSED_ORDER_STATES or "qty_produced" in vals:
            self._mes_free_capacity()
        if moved:
            moved.production_id._mes_on_capacity_freed(keys)
        return result

    def unlink(self):
        productions = self.production_id
        keys = self.env["mes.pull.limit"].sudo()._get_freed_keys(productions.sudo())
        result = super().unlink()
        productions._mes_on_capacity_freed(keys)
        return result

    def _mes_get_work(self, vals):
        """Return those of these work orders on which writing ``vals`` is work, or plans it."""
        if vals.get("state") in ("progress", "done") or vals.get("date_start") or vals.get("date_finished"):
            return self.filtered(lambda work: work.state not in CLOSED_ORDER_STATES)
        count = vals.get("qty_produced") or 0
        return self.filtered(lambda work: count > work.qty_produced) if count else self.browse()

    def _mes_free_capacity(self):
        """Release what waits for these work centres."""
        capped = self.filtered(lambda work: work.workcenter_id.mes_wip_cap_jobs or work.workcenter_id.mes_wip_cap_qty)
        capped.production_id._mes_on_capacity_freed()

    def _mes_check_count(self, count):
        """Check what an operation reports against the order: more than ordered is excess, not only at the end."""
        for work in self:
            production = work.production_id
            for loop in production._mes_get_target_loops()[production]:
                limit = production.product_qty * (1 + loop.overrun_tolerance / 100)
                if loop.overrun_policy == "allow" or production.product_uom_id.compare(count, limit) <= 0:
                    continue
                values = {
                    "operation": work.name,
                    "order": production.name,
                    "count": float(count),
                    "limit": float(limit),
                    "unit": production.product_uom_id.name,
                }
                message = self.env["mes.pull.message"]
                if loop.overrun_policy == "refuse":
                    raise message._error("count_refused", **values)
                summary, owner = self.env._("More was counted than ordered"), loop.user_id or self.env.user
                known = production.sudo().activity_ids.filtered(
                    lambda activity, summary=summary, owner=owner: (
                        activity.summary == summary and activity.user_id == owner
                    )
                )
                if not known:
                    production.sudo().activity_schedule(
                        "mail.mail_activity_data_warning",
                        summary=summary,
                        note=message._text("count_held", **values),
                        user_id=owner.id,
                    )


class MrpWorkcenterProductivity(models.Model):
    """Time booked on a work order is work on it."""

    _inherit = "mrp.workcenter.productivity"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._mes_admit_orders()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "workorder_id" in vals:
            self._mes_admit_orders()
        return result

    def _mes_admit_orders(self):
        works = self.workorder_id.filtered(lambda work: work.state not in CLOSED_ORDER_STATES)
        works.production_id._mes_admit()
