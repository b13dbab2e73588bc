"""What happened with a disposition; written when it happens, and never altered or deleted."""

from odoo import api, fields, models

from ..const import CHECKED, DISPOSITION_EVENTS


class MesQualityDispositionEvent(models.Model):
    """One line of a disposition's history. Approvals are counted from it. Nobody alters it, the superuser neither."""

    _name = "mes.quality.disposition.event"
    _description = "History of a Disposition"
    _order = "id desc"
    _rec_name = "action"

    disposition_id = fields.Many2one(
        "mes.quality.disposition", required=True, readonly=True, index=True, ondelete="restrict"
    )
    line_id = fields.Many2one(
        "mes.quality.disposition.line", "Route", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(related="disposition_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    action = fields.Selection(DISPOSITION_EVENTS, required=True, readonly=True)
    note = fields.Text("What", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("mes_quality_checked") is not CHECKED:
            raise self.env["mes.quality.message"]._error("history_written")
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise self.env["mes.quality.message"]._error("history_written")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self.env["mes.quality.message"]._error("history_written")
