"""What happened with a hold; written when it happens, and never altered or deleted."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CHECKED, HOLD_EVENTS

# What an event says besides its hold, person and time.
KEPT = ("action", "note", "before", "after")


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

    @api.model
    def _keep(self, holds, vals):
        """Keep the same event with each of these holds, with one statement however many they are.

        :param dict vals: ``action``, ``note``, ``before`` and ``after``; a key that is missing stays empty
        """
        if not holds:
            return
        holds.flush_recordset(["company_id"])
        texts = [self._fields[name].convert_to_column(vals.get(name), self) for name in KEPT]
        now, uid = fields.Datetime.now(), self.env.uid
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mes_quality_hold_event (
                    hold_id, company_id, user_id, date, create_uid, create_date, write_uid, write_date, %(names)s
                )
                SELECT id, company_id, %(uid)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s, %(texts)s
                  FROM mes_quality_hold
                 WHERE id = ANY(%(ids)s)
              ORDER BY id
                """,
                names=SQL(", ").join(SQL.identifier(name) for name in KEPT),
                texts=SQL(", ").join(SQL("%s", text) for text in texts),
                ids=list(holds.ids),
                uid=uid,
                now=now,
            )
        )
        holds.invalidate_recordset(["event_ids"], flush=False)

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
