"""Walk through the loops, scan every card that is there, and see which are missing."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MesPullCardAudit(models.TransientModel):
    """1. choose the loops, 2. scan every card (or paste the barcodes), 3. reprint those that are missing."""

    _name = "mes.pull.card.audit"
    _description = "Kanban Card Audit"

    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, required=True)
    loop_ids = fields.Many2many("mes.pull.loop", string="Loops", required=True, check_company=True)
    barcodes = fields.Text("Scanned Cards", help="One barcode a line, in any order. Scan into this field.")
    expected_ids = fields.Many2many("mes.pull.card", compute="_compute_cards", string="Expected Cards")
    found_ids = fields.Many2many("mes.pull.card", compute="_compute_cards", string="Found Cards")
    missing_ids = fields.Many2many("mes.pull.card", compute="_compute_cards", string="Missing Cards")
    unknown = fields.Text("Not of These Loops", compute="_compute_cards")
    missing_count = fields.Integer(compute="_compute_cards")

    @api.depends("loop_ids", "barcodes")
    def _compute_cards(self):
        for audit in self:
            names = {line.strip() for line in (audit.barcodes or "").splitlines() if line.strip()}
            expected = audit.loop_ids.card_ids
            audit.expected_ids = expected
            audit.found_ids = expected.filtered(lambda card, names=names: card.name in names)
            audit.missing_ids = expected - audit.found_ids
            audit.missing_count = len(audit.missing_ids)
            audit.unknown = "\n".join(sorted(names - set(expected.mapped("name"))))

    def action_finish(self):
        """Note what was found on the cards and the loops."""
        self.found_ids.date_seen = fields.Datetime.now()
        for loop in self.loop_ids:
            missing = (self.missing_ids & loop.card_ids).mapped("name")
            loop.message_post(
                body=self.env._(
                    "Card audit: %(found)s of %(expected)s cards found. Missing: %(missing)s",
                    found=len(loop.card_ids) - len(missing),
                    expected=len(loop.card_ids),
                    missing=", ".join(missing) or "-",
                )
            )
        return {"type": "ir.actions.act_window_close"}

    def action_replace_missing(self):
        """Note the result, put the missing cards out of use and print new ones in their place."""
        if not self.missing_ids:
            raise UserError(self.env._("No card is missing. Close the audit with 'Finish'."))
        missing = self.missing_ids
        self.action_finish()
        return missing.action_replace()
