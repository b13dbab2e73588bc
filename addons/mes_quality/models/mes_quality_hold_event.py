"""What happened with a hold; written when it happens, and never altered or deleted."""

from odoo import api, fields, models

from ..const import CHECKED, HOLD_EVENTS


class MesQualityHoldEvent(models.Model):
    """One line of a hold's history. Nobody alters or deletes it, the superuser neither."""

    _name = "mes.quality.hold.event"
    _description = "History of a Quality Hold"
    _order = "id desc"
    _rec_name = "action"

    hold_id = fields.Many2one("mes.quality.hold", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", readonly=True, help="The hold's, which never changes.")
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    action = fields.Selection(HOLD_EVENTS, required=True, readonly=True)
    note = fields.Text("What", readonly=True)
    before = fields.Char(readonly=True)
    after = fields.Char(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("mes_quality_checked") is not CHECKED:
            raise self.env["mes.quality.message"]._error("history_written")
        for vals in vals_list:
            hold = self.env["mes.quality.hold"].browse(vals["hold_id"])
            vals["company_id"] = hold.company_id.id
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise self.env["mes.quality.message"]._error("history_written")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self.env["mes.quality.message"]._error("history_written")
