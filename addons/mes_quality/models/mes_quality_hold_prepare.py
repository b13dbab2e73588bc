"""What a new hold says: its kind, product, quantity, what its reason allows; many at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import GROUP_KINDS, PLACED_KINDS, USES


class Known(NamedTuple):
    """What is looked up once for all holds that are made together."""

    defaults: dict
    reasons: dict  # {text: id}, of the reasons in the list that are given by their name
    on_hand: dict  # {lot id: quantity}
    by_reason: Callable
    by_product: Callable


class MesQualityHold(models.Model):
    _inherit = "mes.quality.hold"

    # -- helpers for each kind ----------------------------------------------------------------------------------

    @api.model
    def _create_for(self, vals_list):
        """Create holds as the addon's own methods do: without asking for a role, with any field.

        :param list vals_list: what `create` takes; ``reason`` (text) or ``reason_id`` is needed in each
        :return: the holds, which are in force already
        """
        return self._sign().create(vals_list).with_env(self.env)

    @api.model
    def _create_for_lots(self, lots, reason, **more):
        """Hold whole lots, wherever they are."""
        return self._create_for([{"kind": "lot", "lot_id": lot.id, "reason": reason, **more} for lot in lots])

    @api.model
    def _create_for_part(self, lot, location, quantity, reason, **more):
        """Hold ``quantity`` (all that is there: 0) pieces of a lot in ``location``: they go into quarantine."""
        vals = {"kind": "part", "lot_id": lot.id, "location_id": location.id, "quantity": quantity, "reason": reason}
        return self._create_for([{**vals, **more}])

    @api.model
    def _create_for_stock(self, product, location, quantity, reason, **more):
        """Hold ``quantity`` (all that is there: 0) pieces of an untracked product: they go into quarantine."""
        vals = {"kind": "stock", "product_id": product.id, "location_id": location.id, "quantity": quantity}
        return self._create_for([{**vals, "reason": reason, **more}])

    @api.model
    def _create_for_packages(self, packages, reason, **more):
        """Hold what is in these packages: they go into quarantine as they are."""
        return self._create_for([{"kind": "package", "package_id": p.id, "reason": reason, **more} for p in packages])

    @api.model
    def _create_for_receipts(self, pickings, reason, **more):
        """Hold what came by these transfers: every lot, and untracked parts as far as they are still there."""
        return self._create_for([{"kind": "receipt", "picking_id": p.id, "reason": reason, **more} for p in pickings])

    @api.model
    def _create_for_productions(self, productions, reason, **more):
        """Hold what these orders made and will make."""
        return self._create_for(
            [{"kind": "production", "production_id": mo.id, "reason": reason, **more} for mo in productions]
        )

    # -- values -------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_vals_list(self, vals_list):
        """Complete what is given (as superuser), with one query for all."""
        names = self._next_names(len(vals_list))
        lots = self.env["stock.lot"].browse({vals["lot_id"] for vals in vals_list if vals.get("lot_id")})
        lots.fetch(["product_id", "location_id", "company_id"])  # for all of them at once, not lot by lot below
        whole = lots.browse({vals["lot_id"] for vals in vals_list if self._guess_kind(vals) == "lot"})
        known = Known(
            self.default_get(list(self._fields)),
            self._find_reasons(vals_list),
            whole._mes_get_on_hand(),
            cache(self._prepare_reason_vals),
            cache(self._get_cost_and_owner),
        )
        return [self._prepare_vals(vals, name, known) for vals, name in zip(vals_list, names, strict=True)]

    @api.model
    def _prepare_vals(self, given, name, known):
        reason_id = given.get("reason_id") or known.reasons.get(given.get("reason")) or False
        follows = known.by_reason(reason_id)
        vals = {
            **known.defaults,
            "held_by_id": self.env.uid,
            **follows,
            **given,
            "kind": self._guess_kind(given),
            "name": name,
            "reason_id": reason_id,
            "reason": self._check_reason(given.get("reason") or follows["reason"]),
            "date_due": given.get("date_due") or follows["date_due"],
        }
        vals.update(self._prepare_subject_vals(vals))
        if vals["kind"] == "lot":
            vals["quantity"] = known.on_hand.get(vals["lot_id"], 0.0)
        cost, owner_id = known.by_product(vals["product_id"], vals["company_id"])
        quantity = vals.get("quantity") or 0.0
        vals["value"] = quantity * cost
        vals["user_id"] = given.get("user_id") or owner_id
        vals.setdefault("open_qty", quantity)  # nothing is used yet
        return vals

    @api.model
    def _prepare_reason_vals(self, reason_id):
        """Return what follows from a reason of the list, or from having none."""
        reason = self.env["mes.quality.reason"].browse(reason_id or [])
        days = reason.due_days if reason else 5
        return {
            "reason": reason.name,
            "date_due": fields.Date.context_today(self) + timedelta(days=days),
            **{f"allow_{use}": reason[f"allow_{use}"] if reason else use == "move" for use, _label in USES},
        }

    @api.model
    def _get_cost_and_owner(self, product_id, company_id):
        """Return what one piece of the product costs in the company, and the id of who decides about it."""
        company = self.env["res.company"].browse(company_id) or self.env.company
        product = self.env["product.product"].browse(product_id).with_company(company)
        return product.standard_price, product.responsible_id.id or self.env.uid

    @api.model
    def _guess_kind(self, vals):
        """Return the kind that the given fields speak of."""
        if vals.get("kind"):
            return vals["kind"]
        if vals.get("production_id") or vals.get("picking_id"):
            return "production" if vals.get("production_id") else "receipt"
        if vals.get("lot_id"):
            return "part" if vals.get("location_id") and vals.get("quantity") else "lot"
        return "package" if vals.get("package_id") and not vals.get("product_id") else "stock"

    @api.model
    def _prepare_subject_vals(self, given):
        """Return product, place and company of what is held.

        :raises odoo.exceptions.UserError: when it does not say what is held
        """
        subject = self._get_subject(given)
        if not subject:
            raise self.env["mes.quality.message"]._error("hold_what")
        vals = {"product_id": given.get("product_id") or False, "location_id": given.get("location_id") or False}
        if subject._name in ("stock.lot", "mrp.production"):
            vals["product_id"] = subject.product_id.id
        if subject._name in ("stock.lot", "stock.package"):
            vals["location_id"] = vals["location_id"] or subject.location_id.id
        elif subject._name == "stock.picking":
            vals["location_id"] = subject.location_dest_id.id
        vals["company_id"] = subject.company_id.id
        if self._guess_kind(given) in PLACED_KINDS:
            vals["company_id"] = self.env["stock.location"].browse(vals["location_id"]).company_id.id
        return vals

    @api.model
    def _get_subject(self, vals):
        """Return the record that the hold is about."""
        kind = self._guess_kind(vals)
        model, name = {
            "lot": ("stock.lot", "lot_id"),
            "part": ("stock.lot", "lot_id"),
            "stock": ("stock.location", "location_id"),
            "package": ("stock.package", "package_id"),
            "receipt": ("stock.picking", "picking_id"),
            "production": ("mrp.production", "production_id"),
        }[kind]
        if kind in PLACED_KINDS and not vals.get("location_id") or kind == "stock" and not vals.get("product_id"):
            return None
        return self.env[model].browse(vals.get(name) or [])

    @api.model
    def _find_reasons(self, vals_list):
        """Return ``{text: id}`` of the reasons in the list that are given by their name."""
        texts = {vals["reason"] for vals in vals_list if vals.get("reason") and not vals.get("reason_id")}
        if not texts:
            return {}
        found = self.env["mes.quality.reason"].search([("name", "in", list(texts))])
        return {reason.name: reason.id for reason in found}

    @api.model
    def _next_names(self, count, sequence="mes_quality.mes_quality_hold_sequence"):
        """Return that many references, with one query."""
        sequence = self.env.ref(sequence).sudo()
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in rows]

    def _is_group(self):
        self.ensure_one()
        return self.kind in GROUP_KINDS
