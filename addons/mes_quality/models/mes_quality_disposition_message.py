"""What people are told about dispositions."""

from odoo import api, models


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    @api.model
    def _get_messages(self):
        return {**super()._get_messages(), **self._get_decision_messages(), **self._get_execution_messages()}

    @api.model
    def _get_decision_messages(self):
        return {
            "disposition_fact": self.env._("%(fields)s follow from what happened and cannot be given or altered."),
            "disposition_copied": self.env._("A disposition is not copied. Open one from the hold."),
            "disposition_deleted": self.env._(
                "%(name)s cannot be deleted: its history is kept. Cancel it with a reason."
            ),
            "disposition_not_draft": self.env._(
                "%(name)s is decided already. Send it back with a reason to change it."
            ),
            "disposition_begun": self.env._(
                "%(name)s has begun and stays. Cancel its open documents, or decide about the rest."
            ),
            "disposition_origin": self.env._(
                "This receipt is of another product than %(product)s. Choose one of its own."
            ),
            "disposition_no_hold": self.env._(
                "%(hold)s is lifted, has an open disposition already, or holds nothing itself."
            ),
            "disposition_open_rest": self.env._(
                "%(name)s: its routes are for %(planned)s %(unit)s, and %(quantity)s %(unit)s are held. Decide about "
                "all of it."
            ),
            "disposition_closed": self.env._("%(name)s is closed. Hold the stock again to decide anew."),
            "disposition_board": self.env._(
                "%(name)s is worth %(value)s: %(needed)s managers of quality must approve it. Submit it to them."
            ),
            "disposition_approved_twice": self.env._("You have approved %(name)s already: somebody else must, too."),
            "disposition_four_eyes": self.env._("You have proposed %(name)s yourself: somebody else must approve it."),
            "disposition_reason": self.env._("%(name)s: say why. The reason is kept with the concession."),
            "disposition_no_origin": self.env._("%(name)s: choose the receipt by which it came from the vendor."),
            "disposition_no_target": self.env._("%(name)s: choose the product that it becomes."),
            "disposition_lift": self.env._(
                "%(hold)s is to be decided by %(disposition)s: the stock stays held until that is done. Execute it "
                "(use as is frees the stock), or cancel it with a reason first."
            ),
        }

    @api.model
    def _get_execution_messages(self):
        return {
            "disposition_not_approved": self.env._("%(name)s is not approved. Approve it first."),
            "disposition_missing": self.env._(
                "%(what)s: %(missing)s %(unit)s are missing in %(place)s. Look where it is, and correct the routes."
            ),
            "disposition_more": self.env._("%(quantity)s more are held than were decided. Decide about the rest."),
            "disposition_tied": self.env._("A document is tied to a disposition by executing it only."),
            "disposition_exact": self.env._(
                "%(name)s allows %(quantity)s %(unit)s of %(what)s from %(place)s on this document, for what was "
                "decided, and nothing else. Take just that, or decide anew."
            ),
            "disposition_correction": self.env._(
                "%(document)s has executed %(name)s and cannot be corrected. Make a return instead."
            ),
            "disposition_concession": self.env._(
                "%(what)s: %(quantity)s more than the concession allows. Deliver less."
            ),
            "disposition_order_open": self.env._("%(order)s could not be finished. Look at it, then execute again."),
            "disposition_packed": self.env._(
                "%(name)s: take it out of its package first, and return consigned stock to its owner."
            ),
        }
