"""What the quality board shows: what waits for inspection, what is held, since when and what it is worth."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..replica import fresh

BUS_TYPE = "mes_quality/board"
LIST_LIMIT = 12
# Days since stock is held: up to and including this many; the last class has no end.
AGE_CLASSES = (1, 3, 7, 30)


class MesQualityBoard(models.AbstractModel):
    """The board's figures; each comes with the domain that opens the records behind it."""

    _name = "mes.quality.board"
    _description = "Quality Board"

    @api.model
    @api.readonly
    @fresh
    def get_board(self):
        """Return the board of the current companies.

        :return: ``server_time`` (UTC), ``currency_id`` and

            * ``inspect``: ``count, overdue, blocking, failed`` (of the last 24 hours), ``by_trigger`` (``trigger,
              label, count, overdue, oldest`` due time) and ``rows`` (the first to do: ``id, name, what, plan, due,
              blocks, is_overdue, user``)
            * ``held``: ``count, overdue, value`` (at the cost when it was held), ``by_reason`` (``reason_id, reason,
              count, value, oldest, overdue``), ``by_age`` (``days`` up to, None: more; ``count, value``), ``by_level``
              (``level, label, count, value``) and ``rows`` (the oldest: ``id, name, what, quantity, uom, level, reason,
              since, due, is_overdue, owner, value``)
        :rtype: dict
        :raises odoo.exceptions.AccessError: for users who are no inspectors
        """
        if not self.env.su and not self.env.user.has_group("mes_quality.mes_quality_group_user"):
            raise AccessError(self.env._("Only people of Quality see the board. Ask a quality manager for the role."))
        return {
            "server_time": fields.Datetime.to_string(fields.Datetime.now()),
            "currency_id": self.env.company.currency_id.id,
            "inspect": self._prepare_inspect(),
            "held": self._prepare_held(),
        }

    # -- to inspect ---------------------------------------------------------------------------------------------

    @api.model
    def _get_todo_domain(self):
        return Domain("state", "=", "todo") & Domain("company_id", "in", self.env.companies.ids)

    def _prepare_inspect(self):
        Inspection = self.env["mes.quality.inspection"]
        now, domain = fields.Datetime.now(), self._get_todo_domain()
        labels = dict(Inspection._fields["trigger"]._description_selection(self.env))
        groups = Inspection._read_group(domain, ["trigger"], ["__count", "date_due:min"])
        late = dict(Inspection._read_group(domain & Domain("date_due", "<", now), ["trigger"], ["__count"]))
        since = fields.Datetime.subtract(now, days=1)
        failed = Domain("state", "=", "failed") & Domain("date_done", ">=", since)
        return {
            "count": sum(count for _trigger, count, _oldest in groups),
            "overdue": sum(late.values()),
            "blocking": Inspection.search_count(domain & Domain("blocks", "=", True)),
            "failed": Inspection.search_count(failed & Domain("company_id", "in", self.env.companies.ids)),
            "by_trigger": [
                {
                    "trigger": trigger,
                    "label": labels[trigger],
                    "count": count,
                    "overdue": late.get(trigger, 0),
                    "oldest": fields.Datetime.to_string(oldest),
                }
                for trigger, count, oldest in groups
            ],
            "rows": [row._prepare_mes_board_row(now) for row in Inspection.search(domain, limit=LIST_LIMIT)],
        }

    # -- held ---------------------------------------------------------------------------------------------------

    @api.model
    def _get_held_domain(self):
        """Active holds that freeze something themselves: no groups, which only hold their members together."""
        companies = Domain("company_id", "in", [*self.env.companies.ids, False])
        return Domain("state", "=", "active") & Domain("kind", "in", ("lot", "part", "stock")) & companies

    def _prepare_held(self):
        Hold = self.env["mes.quality.hold"]
        now, today, domain = fields.Datetime.now(), fields.Date.context_today(self), self._get_held_domain()
        holds = Hold.search_fetch(
            domain, ["reason_id", "level", "value", "date_held", "date_due"], order="date_held, id"
        )
        ages, levels, reasons = defaultdict(Hold.browse), defaultdict(Hold.browse), defaultdict(Hold.browse)
        for hold in holds:
            days = (now - hold.date_held).total_seconds() / 86400
            ages[next((limit for limit in AGE_CLASSES if days <= limit), None)] |= hold
            levels[hold.level] |= hold
            reasons[hold.reason_id] |= hold
        labels = dict(Hold._fields["level"]._description_selection(self.env))
        return {
            **holds._prepare_mes_board_sum(today),
            "by_age": [{"days": days, **ages[days]._prepare_mes_board_sum(today)} for days in (*AGE_CLASSES, None)],
            "by_level": [
                {"level": level, "label": label, **levels[level]._prepare_mes_board_sum(today)}
                for level, label in labels.items()
                if level in levels
            ],
            "by_reason": sorted(
                (
                    {
                        "reason_id": reason.id,
                        "reason": reason.name or self.env._("Other"),
                        **found._prepare_mes_board_sum(today),
                    }
                    for reason, found in reasons.items()
                ),
                key=lambda row: -row["value"],
            ),
            "rows": [hold._prepare_mes_board_row(today) for hold in holds[:LIST_LIMIT]],
        }


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    def _prepare_mes_board_sum(self, today):
        """Return what these holds (the oldest first) are together."""
        return {
            "count": len(self),
            "overdue": len(self.filtered(lambda hold: hold.date_due and hold.date_due < today)),
            "value": sum(self.mapped("value")),
            "oldest": fields.Datetime.to_string(self[:1].date_held) if self else False,
        }

    def _prepare_mes_board_row(self, today):
        self.ensure_one()
        levels = dict(self._fields["level"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "what": " ".join(filter(None, (self.sudo().product_id.display_name, self.sudo().lot_id.name))),
            "quantity": self.open_qty,
            "uom": self.sudo().uom_id.name or "",
            "level": self.level,
            "level_label": levels[self.level],
            "reason": self.reason,
            "since": fields.Datetime.to_string(self.date_held),
            "due": fields.Date.to_string(self.date_due) if self.date_due else False,
            "is_overdue": bool(self.date_due and self.date_due < today),
            "owner": self.sudo().user_id.name or "",
            "value": self.value,
        }


class MesQualityInspection(models.Model):
    _inherit = "mes.quality.inspection"

    def _prepare_mes_board_row(self, now):
        self.ensure_one()
        one = self.sudo()
        document = one.picking_id or one.workorder_id or one.production_id
        return {
            "id": self.id,
            "name": self.name,
            "what": " ".join(filter(None, (one.product_id.display_name, one.lot_id.name))) or document.display_name,
            "document": document.display_name or "",
            "plan": one.plan_id.name,
            "due": fields.Datetime.to_string(self.date_due) if self.date_due else False,
            "is_overdue": bool(self.date_due and self.date_due < now),
            "blocks": self.blocks,
            "user": one.user_id.name or "",
        }

    @api.model
    def _create_checked(self, vals_list):
        inspections = super()._create_checked(vals_list)
        inspections._mes_notify_board()
        return inspections

    def _write_checked(self, vals):
        result = super()._write_checked(vals)
        if "state" in vals:
            self._mes_notify_board()
        return result

    def _mes_notify_board(self):
        """Tell every open board that something changed; sent after commit."""
        group = self.env.ref("mes_quality.mes_quality_group_user", raise_if_not_found=False)
        if self and group:
            group.sudo()._bus_send(BUS_TYPE, {"model": self._name})


class MesQualityHoldEvent(models.Model):
    _inherit = "mes.quality.hold.event"

    @api.model
    def _keep(self, holds, vals):
        result = super()._keep(holds, vals)
        group = self.env.ref("mes_quality.mes_quality_group_user", raise_if_not_found=False)
        if holds and group:
            group.sudo()._bus_send(BUS_TYPE, {"model": "mes.quality.hold"})
        return result
