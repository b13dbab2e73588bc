"""What people are told about holds."""

from odoo import api, models


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "no_reason": self.env._("Say why: the reason is kept with the hold."),
            "may_not_hold": self.env._("Stock is held by inspectors of quality. Ask one of them, or for the role."),
            "may_not_lift": self.env._("Holds are lifted and altered by engineers of quality. Ask one of them."),
            "four_eyes": self.env._("You have held this stock yourself (%(hold)s): somebody else must lift the hold."),
            "hold_copied": self.env._("A hold is not copied. Hold the other stock for itself."),
            "hold_fact": self.env._(
                "%(hold)s: %(fields)s cannot be altered, since that is what happened. Lift the hold and make "
                "another one."
            ),
            "hold_given": self.env._("%(fields)s follow from the freeze and cannot be given."),
            "hold_deleted": self.env._(
                "%(hold)s cannot be deleted: its history is kept. Lift it when the stock is good."
            ),
            "hold_what": self.env._(
                "Say what is held: a lot, an untracked product and its place, a package, a receipt or a "
                "manufacturing order."
            ),
            "history_written": self.env._("The history of holds is written by what happens only, and never altered."),
            "hold_nothing": self.env._("%(what)s: nothing of it is in %(place)s. Look where it is, and hold it there."),
            "hold_left": self.env._(
                "Frozen by %(name)s since %(date)s: %(reason)s. The addon that kept it frozen is uninstalled. What was "
                "in stock is in quarantine: decide there what happens with it."
            ),
            "hold_order_deleted": self.env._("%(order)s was deleted: nothing is made by it any more."),
            "hold_empty": self.env._("Nothing came by %(document)s yet. Hold it when it is there."),
            "state_written": self.env._(
                "The quality state of a lot follows from its holds. Hold the lot, or lift its holds, with a reason."
            ),
            "hold_id_written": self.env._("A transfer is tied to a hold by the freeze itself only."),
            "frozen": self.env._(
                "%(what)s is frozen (%(level)s): %(use)s is not allowed. %(hold)s: %(reason)s. Take other stock, "
                "or ask %(owner)s to decide about the hold."
            ),
            "leave_quarantine": self.env._(
                "%(what)s is in quarantine (%(level)s) and stays there. %(hold)s: %(reason)s. Take other stock, "
                "or ask %(owner)s to lift the hold: that brings it back."
            ),
            "frozen_place": self.env._(
                "%(what)s: nothing leaves the quarantine %(place)s without a decision. Take other stock, or ask "
                "an engineer of quality."
            ),
            "correction": self.env._(
                "%(document)s cannot be corrected: %(what)s is frozen now. Lift the hold first, or decide about "
                "the stock."
            ),
            "negative": self.env._(
                "%(product)s: %(missing)s %(unit)s more than there are in %(place)s, and other stock of it is "
                "frozen. Nothing may be taken from that. Count what is there, or take it from another place."
            ),
            "counted_away": self.env._(
                "%(what)s is frozen and cannot be counted away. Scrap it, or lift the hold first."
            ),
            "renamed": self.env._(
                "%(lot)s is held (%(hold)s): its number, product and company stay as they are until the hold is lifted."
            ),
            "place_kept": self.env._(
                "%(place)s is a quarantine with held stock in it: it stays one. Lift the holds or dispose of the "
                "stock first."
            ),
            "place_filled": self.env._(
                "%(place)s has stock in it. Hold that stock (it goes into quarantine), or empty the place first."
            ),
            "product_kept": self.env._(
                "%(product)s has held stock (%(hold)s): how it is tracked and stored stays as it is until the "
                "hold is lifted."
            ),
            "holds_assigned": self.env._(
                "You are the owner of %(count)s new holds, %(first)s to %(last)s: %(reason)s. Decide what happens with "
                "the stock: Quality > Operations > Holds."
            ),
            "holds_assigned_subject": self.env._("%(count)s new holds are yours"),
            "lost_why": self.env._("%(hold)s: %(reason)s."),
            "lost_reserved": self.env._("%(quantity)s %(unit)s of %(what)s were reserved here and are frozen now."),
            "lost_picked": self.env._(
                "%(quantity)s %(unit)s of %(what)s are picked already and frozen now: bring them back, do not use them."
            ),
            "lost_missing": self.env._("%(missing)s %(unit)s of %(product)s are missing now: source them."),
            "lost_replaced": self.env._("Other stock of %(product)s is reserved instead."),
        }
