"""Outgoing webhooks: outside warehouse systems are told at once when a call changes."""

from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.webhook import is_plain_url


class MesPullWebhook(models.Model):
    """One receiver. Each change of a call writes an event into the outbox, in the transaction of the change; a
    scheduled job that the commit wakes up delivers it. Nobody who changes a plan waits for a receiver.
    """

    _name = "mes.pull.webhook"
    _description = "Webhook for Material Calls"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True, tracking=True)
    url = fields.Char("Address", required=True, tracking=True, help="Called by POST, with http or https.")
    secret = fields.Char(
        required=True,
        copy=False,
        groups="mes_pull.mes_pull_group_manager",
        help="Signs each message (HMAC-SHA256), so that the receiver knows who sent it. 16 characters or more.",
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    location_ids = fields.Many2many(
        "stock.location",
        string="Places",
        check_company=True,
        help="Only calls of these places and below them. Empty: all of the company.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        help="Is told when a message is given up.",
    )
    with_planned = fields.Boolean(
        "Planned Calls Too", help="Also tell about calls that are not called yet; otherwise from when they are called."
    )
    max_tries = fields.Integer(
        "Tries", default=12, required=True, help="Then a message is given up and the owner told."
    )
    timeout = fields.Integer("Timeout (Seconds)", default=10, required=True)
    date_next = fields.Datetime("Paused Until", readonly=True, copy=False, help="The receiver did not answer.")
    failures = fields.Integer(readonly=True, copy=False, help="Failures one after the other.")
    last_error = fields.Char(readonly=True, copy=False)
    event_ids = fields.One2many("mes.pull.webhook.event", "webhook_id", "Outbox", readonly=True)
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    dead_count = fields.Integer("Given Up", compute="_compute_counts")

    _limits = models.Constraint(
        "CHECK(max_tries BETWEEN 1 AND 100 AND timeout BETWEEN 1 AND 60)",
        "Try between 1 and 100 times, and wait between 1 and 60 seconds for an answer.",
    )
    _secret_long_enough = models.Constraint("CHECK(length(secret) >= 16)", "The secret needs 16 characters or more.")

    @api.depends("event_ids.state")
    def _compute_counts(self):
        rows = self.env["mes.pull.webhook.event"]._read_group(
            [("webhook_id", "in", self.ids), ("state", "in", ("waiting", "dead"))], ["webhook_id", "state"], ["__count"]
        )
        counts = {(webhook.id, state): count for webhook, state, count in rows}
        for webhook in self:
            webhook.waiting_count = counts.get((webhook.id, "waiting"), 0)
            webhook.dead_count = counts.get((webhook.id, "dead"), 0)

    @api.constrains("url")
    def _check_url(self):
        for webhook in self:
            if not is_plain_url(webhook.url or ""):
                raise self.env["mes.pull.message"]._error("webhook_url", url=(webhook.url or "")[:80])

    @api.model_create_multi
    def create(self, vals_list):
        webhooks = super().create(vals_list)
        self._clear_caches()
        return webhooks

    def unlink(self):
        self._clear_caches()
        return super().unlink()

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            self._clear_caches()
        if {"url", "secret", "active", "max_tries", "timeout"} & vals.keys():
            self.sudo().write({"date_next": False, "failures": 0})  # somebody mended it: try at once
            events = self.env["mes.pull.webhook.event"].sudo()
            waiting = [("webhook_id", "in", self.ids), ("state", "=", "waiting"), ("date_next", "!=", False)]
            events.search(waiting).write({"date_next": False})
            events._wake()
        return result

    # -- actions ------------------------------------------------------------------------------------------------

    def action_open_events(self):
        """Open the outbox."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outbox of %s", self.name),
            "res_model": "mes.pull.webhook.event",
            "domain": [("webhook_id", "=", self.id)],
            "views": [(False, "list"), (False, "form")],
            "context": {"search_default_open": 1},
        }

    def action_test(self):
        """Send a test message, by the way that all messages take."""
        self.check_access("write")
        events = self.env["mes.pull.webhook.event"].sudo()
        events.create([events._prepare_test_vals(webhook) for webhook in self])
        self.sudo().write({"date_next": False})
        events._wake()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": self.env._("A test message is on its way; see the outbox."), "type": "info"},
        }

    @api.model
    @ormcache()
    def _has_any(self):
        """Return whether anybody is told; cached, because every change of a call asks."""
        return bool(self.sudo().search_count([], limit=1))

    def _clear_caches(self):
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    # -- which calls --------------------------------------------------------------------------------------------

    def _is_for(self, row, places):
        """Return whether a change concerns this receiver.

        :param dict row: of the call
        :param places: ``{location id: path}``
        """
        self.ensure_one()
        roots = tuple(self.sudo().location_ids.mapped("parent_path"))
        return not roots or places.get(row["location_id"], "").startswith(roots)
