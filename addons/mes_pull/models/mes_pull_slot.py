"""Hour slots: what a work order has to make in which hour, and what was counted there."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import HOURS_BUS_TYPE, SLOT_STATES
from ..tools.slots import slot_state


class MesPullSlot(models.Model):
    """One hour (or the part of it that is worked) of a planned work order.

    Slots are cut by `mrp.workorder._mes_cut_slots` and never written by hand: over the slots of a work order the
    planned quantities add up to what it has to make, the counted ones to what it has made. ::

        planned --pieces counted--> progress --all of them, or the work order is finished--> done
    """

    _name = "mes.pull.slot"
    _description = "Hour Slot"
    _order = "date_start, id"
    _check_company_auto = True

    workorder_id = fields.Many2one(
        "mrp.workorder", "Work Order", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter", "Work Center", required=True, readonly=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True)
    uom_id = fields.Many2one("uom.uom", "Unit", required=True, readonly=True)
    date_start = fields.Datetime("From", required=True, readonly=True)
    date_stop = fields.Datetime("To", required=True, readonly=True)
    planned_qty = fields.Float(
        "Due", digits="Product Unit", readonly=True, help="What has to be made in this hour, in the order's unit."
    )
    done_qty = fields.Float(
        "Done", digits="Product Unit", readonly=True, help="What was counted in this hour, in the order's unit."
    )
    difference_qty = fields.Float(
        "Difference", digits="Product Unit", compute="_compute_difference", help="Done − due, in the order's unit."
    )
    state = fields.Selection(SLOT_STATES, default="planned", required=True, readonly=True)
    is_levelled = fields.Boolean("Levelled", readonly=True, help="The hour was placed by the levelled sequence.")
    is_late = fields.Boolean("Late", compute="_compute_difference", help="The hour is over and something is missing.")
    loss_id = fields.Many2one(
        "mrp.workcenter.productivity.loss", "Cause", readonly=True, ondelete="set null", help="Why it was missed."
    )
    note = fields.Char(readonly=True)

    _board_idx = models.Index("(workcenter_id, date_start)")
    _not_negative = models.Constraint(
        "CHECK(planned_qty >= 0 AND done_qty >= 0)", "What is due or done in an hour cannot be less than nothing."
    )
    _has_length = models.Constraint("CHECK(date_stop > date_start)", "An hour must end after it begins.")

    @api.depends("planned_qty", "done_qty", "date_stop")
    def _compute_difference(self):
        now = fields.Datetime.now()
        for slot in self:
            slot.difference_qty = slot.done_qty - slot.planned_qty
            slot.is_late = slot.date_stop <= now and slot.uom_id.compare(slot.done_qty, slot.planned_qty) < 0

    @api.depends("workorder_id", "date_start")
    @api.depends_context("tz")
    def _compute_display_name(self):
        for slot in self:
            start = fields.Datetime.context_timestamp(self, slot.date_start) if slot.date_start else None
            slot.display_name = f"{slot.workorder_id.sudo().display_name} {start:%m-%d %H:%M}" if start else ""

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Slots follow their work orders when changes are flushed; who looks for them sees the latest."""
        self.env["mrp.workorder"]._mes_follow_plan()
        return super()._search(domain, *args, **kwargs)

    def _check_company(self, fnames=None):
        """Slots come by the thousand: Odoo's own check, which takes most of the time, looks at suspicious ones only."""
        foreign = self.filtered(
            lambda slot: (
                slot.production_id.company_id != slot.company_id
                or slot.workorder_id.production_id != slot.production_id
                or (slot.workcenter_id.company_id or slot.company_id) != slot.company_id
            )
        )
        return super(MesPullSlot, foreign)._check_company(fnames)

    # -- counts -------------------------------------------------------------------------------------------------

    def _mes_set_figures(self, planned=None, done=None):
        """Write quantities (None: leave) and the state that follows from them."""
        self.ensure_one()
        planned = self.planned_qty if planned is None else planned
        done = self.done_qty if done is None else done
        state = slot_state(planned, done, self.workorder_id.state == "done")
        vals = {"planned_qty": planned, "done_qty": done, "state": state}
        vals = {name: value for name, value in vals.items() if self[name] != value}
        if vals:
            self.write(vals)
        return bool(vals)

    def _mes_move(self, date_stop, workcenter, is_levelled):
        """Let the slot end at ``date_stop`` at this work centre. Return whether anything changed."""
        vals = {}
        if self.date_stop != date_stop:
            vals["date_stop"] = date_stop
        if self.workcenter_id != workcenter:
            vals["workcenter_id"] = workcenter.id
        if self.is_levelled != is_levelled:
            vals["is_levelled"] = is_levelled
        if vals:
            self.write(vals)
        return bool(vals)

    def action_set_loss(self, loss_id, note=None):
        """Say why these hours were missed; anybody who works on the floor may.

        :param int loss_id: of ``mrp.workcenter.productivity.loss``; False takes the cause back
        :param str note: in own words
        :raises odoo.exceptions.UserError: for a cause that does not exist
        """
        if not self.env.user.has_group("mes_pull.mes_pull_group_operator") and not self.env.user.has_group(
            "mrp.group_mrp_user"
        ):
            raise AccessError(self.env._("Only who works on the floor may do this."))
        self.check_access("read")
        self.env["mes.pull.message"]._check_parameters(loss_id=loss_id)
        loss = self.env["mrp.workcenter.productivity.loss"].sudo().browse(loss_id or [])
        if not loss.exists() and loss_id:
            raise self.env["mes.pull.message"]._error("unknown_loss")
        vals = {"loss_id": loss.id or False}
        if note is not None:
            vals["note"] = note
        self.sudo().write(vals)
        self.workcenter_id._mes_notify_hours()
        return True


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _mes_notify_hours(self):
        """Tell every open hour board which work centres changed; sent after commit."""
        group = self.env.ref("mes_pull.mes_pull_group_operator", raise_if_not_found=False)
        if self and group:
            group.sudo()._bus_send(HOURS_BUS_TYPE, {"workcenter_ids": self.ids})
