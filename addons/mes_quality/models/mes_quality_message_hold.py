"""What people are told about holds."""

from odoo import api, models


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    @api.model
    def _get_messages(self):
        _ = self.env._
        return {
            **super()._get_messages(),
            "no_reason": _("Say why: the reason is kept with the hold."),
            "may_not_hold": _("Stock is held by inspectors of quality. Ask one of them, or for the role."),
            "may_not_lift": _("Holds are lifted and altered by engineers of quality. Ask one of them."),
            "four_eyes": _("You have held this stock yourself (%(hold)s): somebody else must lift the hold."),
            "hold_copied": _("A hold is not copied. Hold the other stock for itself."),
            "hold_fact": _(
                "%(hold)s: %(fields)s cannot be altered, since that is what happened. Lift the hold and make another one."
            ),
            "hold_given": _("%(fields)s follow from the freeze and cannot be given."),
            "hold_deleted": _("%(hold)s cannot be deleted: its history is kept. Lift it when the stock is good."),
            "hold_what": _(
                "Say what is held: a lot, an untracked product and its place, a package, a receipt or a manufacturing order."
            ),
            "history_written": _("The history of holds is written by what happens only, and never altered."),
            "hold_nothing": _("%(what)s: nothing of it is in %(place)s. Look where it is, and hold it there."),
            "hold_empty": _("Nothing came by %(document)s yet. Hold it when it is there."),
            "state_written": _(
                "The quality state of a lot follows from its holds. Hold the lot, or lift its holds, with a reason."
            ),
            "hold_id_written": _("A transfer is tied to a hold by the freeze itself only."),
        }
