"""Ask before the demonstration factory is loaded: it cannot be taken out again."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MesPullDemoLoad(models.TransientModel):
    """1. read what will be created and whether the company has stock moves already, 2. load."""

    _name = "mes.pull.demo.load"
    _description = "Load the Demonstration Factory"

    is_loaded = fields.Boolean("Loaded Already", compute="_compute_is_loaded")
    move_count = fields.Integer("Stock Moves of This Company", compute="_compute_move_count")
    is_sure = fields.Boolean(
        "Load It All the Same", help="The factory's products, orders and stock mix with those of this company."
    )

    @api.depends_context("company")
    def _compute_is_loaded(self):
        self.is_loaded = bool(self.env["mes.pull.demo"]._find("order_800"))

    @api.depends_context("company")
    def _compute_move_count(self):
        self.move_count = (
            self.env["stock.move"]
            .sudo()
            .search_count([("company_id", "=", self.env.company.id), ("state", "=", "done")], limit=1000)
        )

    def action_load(self):
        """Load the factory into the current company.

        :return: a notification for the web client
        :raises odoo.exceptions.UserError: when the company works with stock already and nobody said to go on
        """
        self.ensure_one()
        if not self.is_loaded and self.move_count and not self.is_sure:
            raise UserError(
                self.env._(
                    "%(company)s has stock moves already. Use an empty database or another company, or tick "
                    "'Load It All the Same': the factory cannot be taken out again.",
                    company=self.env.company.name,
                )
            )
        return self.env["mes.pull.demo"].action_load()
