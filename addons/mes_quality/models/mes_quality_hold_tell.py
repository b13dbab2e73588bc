"""Owners learn of their holds, those of orders that lost their stock are told, picked goods are called back."""

from odoo import models

# An owner gets one message for each of so many holds made at once; for more of them, one for all.
MESSAGES = 3


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _assign_owners(self):
        """Let the owners of these new holds follow and learn of them."""
        if self.env.context.get("tracking_disable"):
            return
        for user, holds in self.sudo().grouped("user_id").items():
            if not user.active:
                continue
            many = len(holds) > MESSAGES and user != self.env.user
            silent = holds.with_context(mail_auto_subscribe_no_notify=many)
            silent._message_auto_subscribe({"user_id": user.id}, followers_existing_policy="update")
            if many:
                holds._notify_owner(user)

    def _notify_owner(self, user):
        """Send the owner of all of these holds one message about them."""
        message = self.env["mes.quality.message"].with_context(lang=user.lang)
        values = {"count": len(self), "first": self[0].name, "last": self[-1].name}
        text = message._text("holds_assigned", **values, reason=self[0].reason)
        self[0].message_notify(
            subject=message._text("holds_assigned_subject", count=len(self)), body=text, partner_ids=user.partner_id.ids
        )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _mes_get_order(self):
        """Return the document of a move: transfer, manufacturing order, repair."""
        self.ensure_one()
        return self.picking_id or self.raw_material_production_id or self.production_id or self.repair_id

    def _mes_get_order_owner(self, holds):
        """Return who must know what happened with the move's document."""
        order = self._mes_get_order()
        users = order.user_id | self.picking_id.sale_id.user_id | order.create_uid | holds[:1].user_id
        return next((user for user in users if user.active and not user.share and user.id != 1), holds[:1].held_by_id)

    def _mes_tell_owners(self, lost, holds):
        """Tell the owners of these moves' documents what was taken from them, why, and what to do.

        :param dict lost: ``{move: [(what, quantity, was picked)]}``
        """
        by_order = {}
        for move in self.filtered(lambda move: move._mes_get_order()):
            by_order.setdefault(move._mes_get_order(), self.browse())
            by_order[move._mes_get_order()] |= move
        notes = {order: moves._mes_get_loss_note(lost, holds) for order, moves in by_order.items()}
        warning = self.env.ref("mail.mail_activity_data_warning", raise_if_not_found=False)
        activities = []
        for model in {order._name for order in by_order}:
            orders = self.env[model].browse([order.id for order in by_order if order._name == model])
            orders._message_log_batch(bodies={order.id: notes[order] for order in orders})
            model_id = self.env["ir.model"]._get_id(model)
            activities += [
                {
                    "res_model_id": model_id,
                    "res_id": order.id,
                    "activity_type_id": warning.id if warning else False,
                    "automated": True,
                    "summary": self.env._("Held stock was taken from this order"),
                    "note": notes[order],
                    "user_id": by_order[order][:1]._mes_get_order_owner(holds).id,
                }
                for order in orders
            ]
        quiet = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        quiet.create(activities)

    def _mes_get_loss_note(self, lost, holds):
        """Return what an order lost, what it got instead, and what to do."""
        message = self.env["mes.quality.message"]
        texts = [message._text("lost_why", hold=holds[0].name, reason=holds[0].reason)]
        for move in self:
            uom = move.product_id.uom_id
            for what, quantity, picked in lost[move]:
                code = "lost_picked" if picked else "lost_reserved"
                texts.append(message._text(code, what=what, quantity=quantity, unit=uom.name))
            missing = move.product_qty - move.product_uom._compute_quantity(move.quantity, uom)
            if uom.compare(missing, 0) > 0:
                name = move.product_id.display_name
                texts.append(message._text("lost_missing", missing=missing, unit=uom.name, product=name))
            else:
                texts.append(message._text("lost_replaced", product=move.product_id.display_name))
        return " ".join(texts)
