"""What is done about a recall: everything concerned is held, customers are written to."""

from odoo import fields, models


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    recall_id = fields.Many2one("mes.quality.recall", readonly=True, index="btree_not_null", copy=False)


class MesQualityRecall(models.Model):
    _inherit = "mes.quality.recall"

    hold_ids = fields.One2many("mes.quality.hold", "recall_id", "Holds", readonly=True, copy=False)
    hold_count = fields.Integer("Number of Holds", compute="_compute_hold_count")

    def _compute_hold_count(self):
        Hold = self.env["mes.quality.hold"].sudo()
        counts = dict(Hold._read_group([("recall_id", "in", self.ids)], ["recall_id"], ["__count"]))
        for recall in self:
            recall.hold_count = counts.get(recall, 0)

    # -- holding ------------------------------------------------------------------------------------------------

    def action_hold_all(self):
        """Trace again, and hold every lot concerned, wherever it is, and untracked stock as far as it is there.

        Shipped lots are held, too: what comes back of them is frozen. A second call holds only what is new.

        :return: True
        :raises odoo.exceptions.UserError: for drills and closed recalls
        :raises odoo.exceptions.AccessError: for users who are no inspectors
        """
        self._check_role("mes_quality.mes_quality_group_user")
        self.check_access("write")
        for recall in self:
            recall._check_acting()
            # write first: of two who press the button at once, the second is repeated and sees what the first held
            recall.sudo().write({"state": "held"})
            recall.sudo().flush_recordset(["state"])
            recall.action_trace()
            recall._hold_lots()
            recall._hold_untracked()
        return True

    def _check_acting(self):
        messages = self.env["mes.quality.message"]
        if self.is_drill:
            raise messages._error("recall_drill", recall=self.name)
        if self.state == "closed":
            raise messages._error("recall_closed", recall=self.name)

    def _hold_lots(self):
        Hold = self.env["mes.quality.hold"]
        lots = self.sudo().line_ids.lot_id - self.sudo().hold_ids.lot_id
        if lots:
            Hold._create_for_lots(lots, self._get_hold_reason(), **self._prepare_hold_vals())

    def _hold_untracked(self):
        """Bring into quarantine what is still there of untracked products."""
        held = {(hold.product_id, hold.location_id) for hold in self.sudo().hold_ids if not hold.lot_id}
        for line in self.sudo().line_ids.filtered(lambda line: line._is_untracked_stock()):
            if (line.product_id, line.location_id) in held or not line._get_quantity_there():
                continue
            self.env["mes.quality.hold"]._create_for_stock(
                line.product_id, line.location_id, line.quantity, self._get_hold_reason(), **self._prepare_hold_vals()
            )

    def _get_hold_reason(self):
        return f"{self.name}: {self.subject}"

    def _prepare_hold_vals(self):
        reason = self.env.ref("mes_quality.mes_quality_reason_recall", raise_if_not_found=False)
        vals = {"recall_id": self.id, "reason_id": reason and reason.sudo().exists().id}
        return {**vals, "user_id": self.user_id.id} if self.user_id else vals

    # -- writing to customers -----------------------------------------------------------------------------------

    def action_open_mails(self):
        """Open the mail to the customers concerned, each with his own lots and quantities.

        :return: the action of the mail composer
        :raises odoo.exceptions.UserError: when nothing was shipped, or for drills
        """
        self.ensure_one()
        self._check_role("mes_quality.mes_quality_group_user")
        if self.is_drill:
            raise self.env["mes.quality.message"]._error("recall_drill", recall=self.name)
        notices = self._make_notices()
        if not notices:
            raise self.env["mes.quality.message"]._error("recall_no_customer")
        template = self.env.ref("mes_quality.mes_quality_recall_mail_template", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers Concerned"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": notices._name,
                "default_res_ids": notices.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "mass_mail" if len(notices) > 1 else "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
            },
        }

    def _make_notices(self):
        """Return one notice for each customer to whom something was shipped."""
        Notice = self.env["mes.quality.recall.notice"]
        partners = self.line_ids.filtered(lambda line: line.place == "shipped").partner_id
        known = Notice.search([("recall_id", "=", self.id)])
        missing = partners - known.partner_id
        Notice.sudo().create([{"recall_id": self.id, "partner_id": partner.id} for partner in missing])
        return Notice.search([("recall_id", "=", self.id), ("partner_id", "in", partners.ids)])

    # -- opening ------------------------------------------------------------------------------------------------

    def action_open_holds(self):
        self.ensure_one()
        return self._get_list_action(self.env._("Holds"), "mes.quality.hold", [("recall_id", "=", self.id)])

    def action_open_lots(self):
        self.ensure_one()
        return self._get_list_action(self.env._("Lots"), "stock.lot", [("id", "in", self.line_ids.lot_id.ids)])

    def action_open_lines(self):
        """Open the lines as a list and a pivot."""
        self.ensure_one()
        action = self._get_list_action(self.name, "mes.quality.recall.line", [("recall_id", "=", self.id)])
        return {**action, "view_mode": "list,pivot,graph", "context": {"search_default_group_place": 1}}

    def _get_list_action(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }


class MesQualityRecallLine(models.Model):
    _inherit = "mes.quality.recall.line"

    def _is_untracked_stock(self):
        own = self.place in ("stock", "wip", "finished") and self.location_id.usage == "internal"
        return own and not self.lot_id and not self.is_stub and not self.location_id.mes_is_quarantine

    def _get_quantity_there(self):
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("location_id", "=", self.location_id.id),
                    ("lot_id", "=", False),
                ]
            )
        )
        return max(sum(quants.mapped("quantity")), 0.0)
