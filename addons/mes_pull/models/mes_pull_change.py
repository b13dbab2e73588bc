"""What the plan was before and after: kept for every automatic change, and proposed where a person decides."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import CHANGE_ACTIONS, CHANGE_STATES
from ..tools.replan import is_small


class MesPullChange(models.Model):
    """One change of a plan, written when it happens and never altered (quantities in the product's unit).

    ::

        applied <--apply-- proposed --dismiss--> dismissed     stays so until the figure changes
                              '-----the need came back-----> obsolete
    """

    _name = "mes.pull.change"
    _description = "Plan Change"
    _order = "create_date desc, id desc"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, index=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    loop_id = fields.Many2one("mes.pull.loop", index="btree_not_null", readonly=True)
    signal_id = fields.Many2one("mes.pull.signal", index="btree_not_null", readonly=True)
    sale_line_id = fields.Many2one("sale.order.line", index="btree_not_null", readonly=True)
    sale_order_id = fields.Many2one(related="sale_line_id.order_id", string="Sales Order")
    production_id = fields.Many2one("mrp.production", index="btree_not_null", readonly=True)
    purchase_line_id = fields.Many2one("purchase.order.line", index="btree_not_null", readonly=True)
    picking_id = fields.Many2one("stock.picking", index="btree_not_null", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    document = fields.Char(readonly=True, help="The document's name at that time; it may be gone since.")
    qty_before = fields.Float("Before", digits="Product Unit", readonly=True)
    qty_after = fields.Float("After", digits="Product Unit", readonly=True)
    saved_qty = fields.Float("Saved", digits="Product Unit", readonly=True, help="Pieces that are not made or bought.")
    saved_hours = fields.Float(readonly=True, help="Machine time that is free for others.")
    saved_value = fields.Monetary(readonly=True, help="Saved pieces x cost of the product.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    action = fields.Selection(CHANGE_ACTIONS, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, readonly=True, string="By")
    owner_id = fields.Many2one("res.users", readonly=True, index="btree_not_null", help="Is told, and decides.")
    state = fields.Selection(CHANGE_STATES, default="applied", required=True, readonly=True, index=True)

    def _prepare_change_vals(self, signal, before, after, reason, **documents):
        """Return the values of one applied change; ``documents`` are the link fields to fill."""
        return {
            "company_id": signal.company_id.id,
            "product_id": signal.product_id.id,
            "loop_id": signal.loop_id.id,
            "signal_id": signal.id,
            "qty_before": before,
            "qty_after": after,
            "saved_qty": max(0.0, before - after),
            "action": "reduced" if after else "cancelled",
            "reason": reason,
            **{name: record.id for name, record in documents.items()},
        }

    # -- changes of orders and purchases ------------------------------------------------------------------------

    @api.model
    def _get_reason(self, cause):
        return (cause and cause[0]) or self.env._("Nobody asks for it any more")

    def _prepare_document_vals(self, document, before, after, cause):
        """Return the values of a change of ``document``, an order or a purchase line."""
        product = document.product_id
        cost = product.with_company(document.company_id).sudo().standard_price
        saved = max(0.0, before - after)
        is_order = document._name == "mrp.production"
        return {
            "company_id": document.company_id.id,
            "product_id": product.id,
            "production_id": document.id if is_order else False,
            "purchase_line_id": False if is_order else document.id,
            "sale_line_id": self._get_sale_line(cause).id,
            "document": document.name if is_order else document.order_id.name,
            "qty_before": before,
            "qty_after": after,
            "saved_qty": saved,
            "saved_value": saved * cost,
            "reason": self._get_reason(cause),
            "owner_id": self._get_owner(document).id,
            "user_id": self.env.uid,
        }

    def _get_sale_line(self, cause):
        lines = cause[1] if cause else self.env["sale.order.line"]
        return lines if len(lines) == 1 else lines[:1]

    @api.model
    def _get_owner(self, document):
        """Return who answers for a document: its responsible, then its product's, category's, company's."""
        if document._name == "purchase.order.line":
            responsible = document.order_id.user_id
        else:
            responsible = document.user_id if "user_id" in document else self.env["res.users"]
        product = document if document._name == "product.product" else document.product_id
        company = document.company_id or self.env.company
        owners = (
            responsible,
            product.with_company(company).responsible_id,
            product.categ_id.mes_user_id,
            company.mes_plan_user_id,
        )
        return next((user for user in owners if user and user.active), self.env["res.users"])

    @api.model
    def _log(self, document, before, after, action, cause, hours=0.0, parked=None):
        """Keep an applied change and tell its owner."""
        change = self.sudo().create(
            {
                **self._prepare_document_vals(document, before, after, cause),
                "action": action,
                "saved_hours": max(0.0, hours),
                **({"reason": self._get_parked_reason(parked)} if parked is not None else {}),
            }
        )
        change._tell(document)
        return change

    @api.model
    def _get_parked_reason(self, quantity):
        return self.env._("%s were parked", self.env["mes.pull.message"]._format(quantity))

    def _tell(self, document):
        """Give the owner one activity on the document that says what changed."""
        owner = self.owner_id
        if not owner:
            return
        record = document.order_id if document._name == "purchase.order.line" else document
        summary = self._get_summary()
        known = record.sudo().activity_ids.filtered(
            lambda activity: activity.summary == summary and activity.user_id == owner
        )
        if not known:
            record.sudo().activity_schedule(
                "mail.mail_activity_data_warning", summary=summary, note=self.reason, user_id=owner.id
            )

    def _get_summary(self):
        message = self.env["mes.pull.message"]
        code = {"proposed": "change_proposed", "resumed": "change_resumed"}.get(self.action, "change_made")
        return message._text(
            code, product=self.product_id.display_name, before=float(self.qty_before), after=float(self.qty_after)
        )

    # -- proposals ----------------------------------------------------------------------------------------------

    @api.model
    def _is_for_a_person(self, production, before, after):
        """Return whether a change is so small, or the start so near, that a person decides."""
        company = production.company_id
        if is_small(before, after, company.mes_plan_tolerance, company.mes_plan_tolerance_qty):
            return True
        fence = company.mes_plan_fence_days
        return bool(fence) and production.date_start <= fields.Datetime.now() + timedelta(days=fence)

    @api.model
    def _get_proposal_domain(self, document):
        name = "production_id" if document._name == "mrp.production" else "purchase_line_id"
        return [(name, "=", document.id), ("action", "=", "proposed"), ("state", "in", ("proposed", "dismissed"))]

    @api.model
    def _propose(self, document, before, after, cause):
        """Propose a change of ``document`` to its owner; what is proposed or was dismissed already stays as it is."""
        domain = self._get_proposal_domain(document)
        return self._add_proposal(domain, self._prepare_document_vals(document, before, after, cause), document)

    def _add_proposal(self, domain, vals, document):
        uom = document.uom_id if document._name == "product.product" else document.product_id.uom_id
        for known in self.sudo().search(domain, order="id desc"):
            same = not uom.compare(known.qty_before, vals["qty_before"]) and not uom.compare(
                known.qty_after, vals["qty_after"]
            )
            if same:
                return known
            if known.state == "proposed":
                known.state = "obsolete"
        proposal = self.sudo().create({**vals, "action": "proposed", "state": "proposed"})
        proposal._tell(document)
        return proposal

    def _drop_others(self, keys):
        """End what was proposed for orders and purchases of these products, but for these proposals: it is needed.

        :param keys: ``(product id, warehouse id)``
        """
        domain = [
            ("product_id", "in", [product_id for product_id, _warehouse in keys]),
            ("state", "=", "proposed"),
            "|",
            ("production_id", "!=", False),
            ("purchase_line_id", "!=", False),
        ]
        for change in self.sudo().search(domain) - self:
            document = change.production_id or change.purchase_line_id
            if document._mes_get_replan_key() in keys:
                change.state = "obsolete"

    @api.model
    def _propose_surplus(self, product, warehouse, quantity, cause):
        """Flag pieces that are there, or begun, and that nobody asks for any more."""
        company = warehouse.company_id
        vals = {
            "company_id": company.id,
            "product_id": product.id,
            "warehouse_id": warehouse.id,
            "sale_line_id": self._get_sale_line(cause).id,
            "document": warehouse.display_name,
            "qty_before": quantity,
            "qty_after": 0.0,
            "reason": self.env._("%s: made already", self._get_reason(cause)),
            "owner_id": self._get_owner(product.with_company(company)).id,
            "user_id": self.env.uid,
        }
        domain = [
            ("product_id", "=", product.id),
            ("warehouse_id", "=", warehouse.id),
            ("action", "=", "proposed"),
            ("state", "in", ("proposed", "dismissed")),
        ]
        self._add_proposal(domain, vals, product)

    # -- what people do -----------------------------------------------------------------------------------------

    def _check_decider(self):
        """Pass planners, and buyers where a purchase is concerned."""
        self.check_access("read")
        user = self.env.user
        if self.env.su or user.has_group("mes_pull.mes_pull_group_planner"):
            return
        if user.has_group("purchase.group_purchase_user") and all(self.mapped("purchase_line_id")):
            return
        raise AccessError(self.env._("Only planners may do this, and buyers for purchases. Ask one of them."))

    def _check_open(self):
        for change in self.filtered(lambda change: change.state != "proposed"):
            raise UserError(
                self.env._("%s was decided already. Look at the list of plan changes.", change.display_name)
            )

    def action_apply(self):
        """Make the proposed changes.

        :raises odoo.exceptions.AccessError: for others than planners (buyers, for purchases)
        :raises odoo.exceptions.UserError: when one was decided already, or its document has changed since
        """
        self._check_decider()
        self._check_open()
        for change in self.sudo():
            document = change.production_id or change.purchase_line_id
            cause = (change.reason, change.sale_line_id)
            with self.env["mes.pull.replan"]._operation(*cause):
                if document:
                    change._check_document(document)
                    document._mes_apply_cut(change.qty_after)
            change.write({"state": "applied", "user_id": self.env.uid})
        return True

    def _check_document(self, document):
        uom = self.product_id.uom_id
        if uom.compare(document._mes_get_supply().quantity, self.qty_before):
            raise UserError(
                self.env._(
                    "%(document)s has changed since: it stands at %(now)s. Dismiss this proposal; a new one follows.",
                    document=self.document,
                    now=self.env["mes.pull.message"]._format(document._mes_get_supply().quantity),
                )
            )

    def action_dismiss(self):
        """Leave the documents as they are; the same change isn't proposed again until its figures change."""
        self._check_decider()
        self._check_open()
        self.sudo().write({"state": "dismissed", "user_id": self.env.uid})
        return True

    def action_undo(self):
        """Put orders back to what they were before automatic changes.

        :raises odoo.exceptions.UserError: where the order is closed, or was no order
        """
        self._check_decider()
        for change in self.sudo():
            production = change.production_id
            if change.state != "applied" or production.state in (False, "done", "cancel"):
                raise UserError(self.env._("%s cannot be put back: it is closed or gone.", change.document or ""))
            if production.mes_is_parked:
                production.with_user(self.env.user).action_mes_resume()
            else:
                production._mes_set_quantity(
                    change.product_id.uom_id._compute_quantity(change.qty_before, production.product_uom_id)
                )
                production.mes_hand_edited = True
        return True

    def action_open_document(self):
        """Open the order or purchase that was changed, or the product."""
        self.ensure_one()
        record = self.production_id or self.purchase_line_id.order_id or self.picking_id or self.product_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
            "target": "current",
        }
