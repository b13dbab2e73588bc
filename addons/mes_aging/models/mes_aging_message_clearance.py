from odoo import api, models


class MesAgingMessage(models.AbstractModel):
    _inherit = "mes.aging.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "clearance_fact": self.env._(
                "%(fields)s of a clearance case follows from its documents and can't be written."
            ),
            "clearance_moved": self.env._("Product, lots and company of %(case)s stay as they are. Open another case."),
            "clearance_claimed": self.env._(
                "Of %(product)s, %(free)s %(unit)s can be cleared (on hand, not held, in no other case), not "
                "%(quantity)s. Lower the quantity, lift the hold or close the other case."
            ),
            "clearance_quantity": self.env._("Say how much of %(product)s is to be cleared: more than zero."),
            "clearance_storable": self.env._("%(product)s has no stock: only storable products can be cleared."),
            "clearance_lots": self.env._("These lots are of another product than %(product)s. Choose its own lots."),
            "clearance_closed": self.env._("%(case)s is closed. Open a new case for what is left."),
            "clearance_foreign": self.env._(
                "%(case)s belongs to %(owner)s. Ask for it, or let a manager of aging give it to you."
            ),
            "clearance_role": self.env._("Clearing stock takes the role of a user of Inventory Aging."),
            "clearance_floor": self.env._(
                "Only a manager of aging lowers the floor price of %(case)s from %(floor)s. Ask one of them."
            ),
            "clearance_unrouted": self.env._("Choose a route for %(case)s first, or take one of the proposals."),
            "clearance_route": self.env._(
                "%(route)s is not for %(kind)s. Choose another route, or correct the kind of %(product)s."
            ),
            "clearance_planned": self.env._(
                "The routes of %(case)s add up to %(planned)s, more than its %(quantity)s %(unit)s. Lower one of them."
            ),
            "clearance_begun": self.env._("%(line)s has its documents: cancel those first."),
            "clearance_deleted": self.env._("%(case)s is kept for the record. Cancel it instead."),
            "clearance_tied": self.env._("Only a clearance case itself ties documents to it."),
            "clearance_missing": self.env._(
                "%(missing)s %(unit)s of %(product)s are not free to be taken: reserved, held or gone. "
                "Free them, or lower the quantity."
            ),
            "clearance_nothing": self.env._(
                "Nothing of this can be opened: it is in clearance cases already, or held."
            ),
            "clearance_kind": self.env._("%(order)s is not in progress: there is nothing to clear on it."),
        }
