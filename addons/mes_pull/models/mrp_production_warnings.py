"""Owners are told before a cap is reached, once until its warn zone is left."""

from odoo import models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _mes_warn(self, gauges, asks):
        """Tell the owners of limits that these released orders brought into the warn zone, once until it is left."""
        for production in self:
            for key in asks[production]:
                gauge, record = gauges[key], self.env["mes.pull.limit"]._browse(key)
                if key[0] == "demand":
                    asking = production.move_finished_ids.move_dest_ids  # the order above is being confirmed, perhaps
                    if not gauge.blocks and gauge.is_over and not asking:
                        self._mes_tell(production, production.product_id.responsible_id, key, gauge, once=True)
                    continue
                if key[0] == "loop" and gauge.blocks:
                    gauge = gauge.without_pieces()  # a full supermarket is its normal state
                holder = record if "mes_wip_warned" in record else record.product_tmpl_id
                if not gauge.is_calm and not holder.mes_wip_warned:
                    holder.sudo().mes_wip_warned = True
                    self._mes_tell(production, self._mes_get_limit_owner(key[0], record), key, gauges[key])

    def _mes_get_limit_owner(self, kind, record):
        if kind == "workcenter":
            return record.mes_wip_user_id
        return record.user_id if kind == "loop" else record.responsible_id

    def _mes_tell(self, production, user, key, gauge, once=False):
        owner = user or production.user_id or self.env.user
        summary = self.env._("Work in progress is near its cap")
        if once and production.activity_ids.filtered(
            lambda activity: activity.summary == summary and activity.user_id == owner
        ):
            return
        production.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=self.env["mes.pull.limit"]._explain(key, gauge, 0, production.company_id),
            user_id=owner.id,
        )

    def _mes_reset_warnings(self):
        """Forget that owners were told, where the warn zone was left."""
        orders = self.sudo()
        orders.workorder_ids.workcenter_id._mes_reset_warned()
        orders.product_id.product_tmpl_id._mes_reset_warned()
        self.env["mes.pull.loop"].union(*orders._mes_get_target_loops().values())._reset_warned()
