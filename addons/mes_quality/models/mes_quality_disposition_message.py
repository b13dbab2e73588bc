"""What people are told about dispositions."""

from odoo import api, models


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    @api.model
    def _get_messages(self):
        return {**super()._get_messages(), **self._get_decision_messages(), **self._get_execution_messages()}

    @api.model
    def _get_decision_messages(self):
        _ = self.env._
        return {
            "disposition_fact": _("%(fields)s follow from what happened and cannot be given or altered."),
            "disposition_copied": _("A disposition is not copied. Open one from the hold."),
            "disposition_deleted": _("%(name)s cannot be deleted: its history is kept. Cancel it with a reason."),
            "disposition_not_draft": _("%(name)s is decided already. Send it back with a reason to change it."),
            "disposition_begun": _(
                "%(name)s has begun and stays. Cancel its open documents, or decide about the rest."
            ),
            "disposition_origin": _("This receipt is of another product than %(product)s. Choose one of its own."),
            "disposition_no_hold": _("%(hold)s is lifted, has an open disposition already, or holds nothing itself."),
            "disposition_open_rest": _(
                "%(name)s: its routes are for %(planned)s %(unit)s, and %(quantity)s %(unit)s are held. Decide about "
                "all of it."
            ),
            "disposition_closed": _("%(name)s is closed. Hold the stock again to decide anew."),
            "disposition_board": _(
                "%(name)s is worth %(value)s: %(needed)s managers of quality must approve it. Submit it to them."
            ),
            "disposition_approved_twice": _("You have approved %(name)s already: somebody else must, too."),
            "disposition_four_eyes": _("You have proposed %(name)s yourself: somebody else must approve it."),
            "disposition_reason": _("%(name)s: say why. The reason is kept with the concession."),
            "disposition_no_origin": _("%(name)s: choose the receipt by which it came from the vendor."),
            "disposition_no_target": _("%(name)s: choose the product that it becomes."),
            "disposition_lift": _(
                "%(hold)s is to be decided by %(disposition)s: the stock stays held until that is done. Execute it (use "
                "as is frees the stock), or cancel it with a reason first."
            ),
        }

    @api.model
    def _get_execution_messages(self):
        _ = self.env._
        return {
            "disposition_not_approved": _("%(name)s is not approved. Approve it first."),
            "disposition_missing": _(
                "%(what)s: %(missing)s %(unit)s are missing in %(place)s. Look where it is, and correct the routes."
            ),
            "disposition_more": _("%(quantity)s more are held than were decided. Decide about the rest."),
            "disposition_tied": _("A document is tied to a disposition by executing it only."),
            "disposition_exact": _(
                "%(name)s allows %(quantity)s %(unit)s of %(what)s from %(place)s on this document, for what was decided, "
                "and nothing else. Take just that, or decide anew."
            ),
            "disposition_correction": _(
                "%(document)s has executed %(name)s and cannot be corrected. Make a return instead."
            ),
            "disposition_concession": _("%(what)s: %(quantity)s more than the concession allows. Deliver less."),
            "disposition_order_open": _("%(order)s could not be finished. Look at it, then execute again."),
            "disposition_packed": _(
                "%(name)s: take it out of its package first, and return consigned stock to its owner."
            ),
        }
