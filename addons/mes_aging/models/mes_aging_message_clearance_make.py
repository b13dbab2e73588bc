from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "clearance_approval": self.env._(
                "%(line)s gives stock away for nothing: a manager of aging executes it. Ask one of them."
            ),
            "clearance_reason": self.env._("Say in “Reason” why %(line)s, before it is executed."),
            "clearance_proof": self.env._(
                "Attach a proof (picture, report, decision) to %(line)s or to its case, before it is executed."
            ),
            "clearance_charity": self.env._("Choose the charity that receives %(line)s."),
            "clearance_unsent": self.env._("%(line)s has no delivery yet: execute the donation first."),
            "clearance_bom": self.env._(
                "%(product)s has no bill of materials of its own: nobody knows its parts. Make one, or choose another "
                "route."
            ),
            "clearance_used": self.env._(
                "%(order)s has used components already. Finish what can be finished, close the order, and clear what "
                "is then on hand."
            ),
            "clearance_order_empty": self.env._(
                "No component lies ready at %(order)s: there is nothing to scrap. Take it apart instead, which takes "
                "the pieces off the order."
            ),
            "clearance_unconverted": self.env._(
                "What is in %(order)s can't be made into something else. Finish it, or take it apart: its components "
                "are then on hand."
            ),
            "clearance_target": self.env._(
                "Choose another storable product into which %(line)s is made, and only other products as added parts."
            ),
            "clearance_rework_empty": self.env._(
                "Nothing would happen to %(line)s. Name the product that comes out, parts that are added, or a work "
                "center."
            ),
            "clearance_unfinished": self.env._(
                "%(product)s of %(case)s is in no open order: there is nothing to finish. Choose another route."
            ),
            "clearance_paused": self.env._("%(order)s is paused. Resume it first, then finish it."),
            "clearance_shift": self.env._("Say when the extra shift of %(line)s starts, or leave its hours empty."),
            "clearance_unreleased": self.env._(
                "%(disposition)s isn't closed, or released nothing: only stock that it released can be cleared."
            ),
            "clearance_other_lot": self.env._(
                "%(document)s takes the lot %(lot)s, which isn't in %(case)s. Take one of %(lots)s."
            ),
            "clearance_no_surplus": self.env._(
                "Nothing of this is over: what was cut isn't on hand, or is needed elsewhere."
            ),
        }
