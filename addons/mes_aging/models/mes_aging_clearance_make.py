"""Rework and conversion: manufacturing orders that use exactly these lots, and parts that are added.

What comes out is as old as the stock that went in: a conversion makes no material younger.
"""

from typing import Any, NamedTuple

from odoo import fields, models

from odoo.addons.mes_quality.const import SignedId

from ..tools.clearance import Estimate
from .mes_aging_clearance_document import Progress

# From which share of its own value on a product counts as convertible by the parts that it shares.
SHARED_RATIO = 0.5
SHOWN = 5  # candidates that a proposal names
CANDIDATES = 50  # bills that are looked at: a screw is in all of them


class Conversion(NamedTuple):
    """A product that this one can become."""

    bom: Any
    target: Any
    per_piece: float  # pieces that come out of one
    parts: dict  # {component: quantity to be added per piece that goes in}
    value: float  # of what comes out of one piece
    parts_cost: float
    work_cost: float
    center: Any
    minutes: float  # per piece that goes in

    @property
    def net(self):
        return self.value - self.parts_cost - self.work_cost


class MesAgingClearance(models.Model):
    _inherit = "mes.aging.clearance"

    # -- candidates ---------------------------------------------------------------------------------------------

    def _find_upgrades(self):
        """Return what is made of this product, the best first."""
        boms = self.used_in_ids.sudo()[:CANDIDATES].bom_id
        found = [self._get_upgrade(bom, target) for bom in boms for target in self._get_targets(bom)]
        return sorted(filter(None, found), key=lambda one: one.net, reverse=True)

    def _find_conversions(self):
        """Return what this product can become: what is made of it, and what shares its parts; the best first."""
        found = self._find_upgrades()
        bom = self._find_bom()
        mine = self._get_components(bom, self.product_id) if bom else {}
        known = {one.target for one in found}
        for other in self._find_kin(mine) - bom:
            targets = [target for target in self._get_targets(other) if target not in known]
            found += filter(None, (self._get_exchange(other, target, mine) for target in targets))
        return sorted(found, key=lambda one: one.net, reverse=True)

    def _find_kin(self, mine):
        """Return the bills that share most of these components, so many at most."""
        if not mine:
            return self.env["mrp.bom"].sudo()
        groups = (
            self.env["mrp.bom.line"]
            .sudo()
            ._read_group(
                [("product_id", "in", [part.id for part in mine]), *self._get_bom_domain("bom_id.")],
                ["bom_id"],
                ["product_id:count_distinct"],
                order="product_id:count_distinct desc, bom_id",
                limit=CANDIDATES,
            )
        )
        return self.env["mrp.bom"].sudo().concat(*(group[0] for group in groups))

    def _get_bom_domain(self, prefix=""):
        return [
            (f"{prefix}type", "=", "normal"),
            (f"{prefix}active", "=", True),
            (f"{prefix}company_id", "in", (False, self.company_id.id)),
        ]

    def _get_targets(self, bom):
        """Return the products that a bill makes, without the case's own."""
        targets = bom.product_id or bom.product_tmpl_id.product_variant_ids
        return (targets - self.product_id).filtered("is_storable").with_company(self.company_id)

    def _get_upgrade(self, bom, target):
        """Return the conversion into what uses this product, or None."""
        parts = self._get_components(bom, target)
        own = parts.pop(self.product_id, 0.0)
        if not own:
            return None
        return self._get_conversion(bom, target, 1 / own, {part: need / own for part, need in parts.items()})

    def _get_exchange(self, bom, target, mine):
        """Return the conversion into what shares enough of this product's parts, or None."""
        parts = self._get_components(bom, target)
        total = sum(self._get_cost(part) * need for part, need in parts.items())
        shared = sum(self._get_cost(part) * min(need, mine.get(part, 0.0)) for part, need in parts.items())
        if not total or shared < SHARED_RATIO * total:
            return None
        missing = {part: need - mine.get(part, 0.0) for part, need in parts.items()}
        return self._get_conversion(bom, target, 1.0, {part: need for part, need in missing.items() if need > 1e-9})

    def _get_conversion(self, bom, target, per_piece, parts):
        center, minutes = self._get_work(bom, target)
        minutes *= per_piece
        return Conversion(
            bom,
            target,
            per_piece,
            parts,
            self._get_cost(target) * per_piece,
            sum(self._get_cost(part) * need for part, need in parts.items()),
            minutes / 60 * center.costs_hour,
            center,
            minutes,
        )

    def _get_cost(self, product):
        return product.with_company(self.company_id).standard_price

    # -- proposals ----------------------------------------------------------------------------------------------

    def _estimate_rework(self):
        """The best of what is made of this product."""
        return self._estimate_making(
            self._find_upgrades(),
            self.env._("No product is made of it. Plan a rework by hand, with the parts that are added."),
        )

    def _estimate_convert(self):
        """The best of what it can become, with the parts that are missing and their cost."""
        if self.production_id:
            return self.env._("What is in an order can't be converted: finish it, or give its components back.")
        return self._estimate_making(
            self._find_conversions(), self.env._("No product is made of it, and none shares enough of its parts.")
        )

    def _estimate_making(self, found, why_not):
        if not found:
            return why_not
        best, quantity = found[0], self._get_rest_qty()
        cost = quantity * (best.parts_cost + best.work_cost)
        why = "\n".join(self._describe_conversion(one, quantity) for one in found[:SHOWN])
        return Estimate(quantity, quantity * best.value, cost, best.bom.produce_delay or 3.0, why)

    def _describe_conversion(self, one, quantity):
        """Return one line: into what, what is added, what of it is missing on hand, and the cost of a piece."""
        parts = []
        for part, need in one.parts.items():
            short = max(need * quantity - part.with_company(self.company_id).free_qty, 0.0)
            values = {"need": round(need, 4), "unit": part.uom_id.name, "part": part.display_name}
            text = self.env._("%(need)s %(unit)s %(part)s", **values)
            parts.append(self.env._("%(text)s (%(short)s missing)", text=text, short=short) if short > 0 else text)
        return self.env._(
            "%(target)s: worth %(value)s, adds %(parts)s for %(cost)s, work %(work)s (each per piece).",
            target=one.target.display_name,
            value=self.currency_id.format(one.value),
            parts=", ".join(parts) or "–",
            cost=self.currency_id.format(one.parts_cost),
            work=self.currency_id.format(one.work_cost),
        )


class MesAgingClearanceProposal(models.Model):
    _inherit = "mes.aging.clearance.proposal"

    def _prepare_line_rework(self):
        return self._prepare_making(self.clearance_id._find_upgrades())

    def _prepare_line_convert(self):
        return self._prepare_making(self.clearance_id._find_conversions())

    def _prepare_making(self, found):
        if not found:
            return {}
        best = found[0]
        return {
            "target_product_id": best.target.id,
            "bom_id": best.bom.id,
            "per_piece": best.per_piece,
            "workcenter_id": best.center.id,
            "minutes": best.minutes,
            "part_ids": [(0, 0, {"product_id": part.id, "quantity": need}) for part, need in best.parts.items()],
        }


class MesAgingClearanceLine(models.Model):
    _inherit = "mes.aging.clearance.line"

    per_piece = fields.Float(
        "Comes Out per Piece",
        default=1.0,
        digits=(16, 6),
        help="Pieces of the new product out of one piece of the case's, each in its own unit.",
    )

    _per_piece_positive = models.Constraint("CHECK (per_piece > 0)", "Something has to come out.")

    # -- what it lacks ------------------------------------------------------------------------------------------

    def _check_rework(self):
        target = self.target_product_id or self.product_id
        if target == self.product_id and not self.part_ids and not self.workcenter_id:
            raise self.env["mes.aging.message"]._error("clearance_rework_empty", line=self.display_name)
        self._check_making(target)

    def _check_convert(self):
        message = self.env["mes.aging.message"]
        if not self.target_product_id or self.target_product_id == self.product_id:
            raise message._error("clearance_target", line=self.display_name)
        self._check_making(self.target_product_id)

    def _check_making(self, target):
        message = self.env["mes.aging.message"]
        order = self.clearance_id.production_id
        if order:
            raise message._error("clearance_unconverted", order=order.name)
        if not target.is_storable or self.product_id in self.part_ids.product_id:
            raise message._error("clearance_target", line=self.display_name)

    # -- the order ----------------------------------------------------------------------------------------------

    def _apply_rework(self):
        self._make_order()

    def _apply_convert(self):
        self._make_order()

    def _make_order(self):
        """Make and confirm the manufacturing order, with exactly these lots on it."""
        parts = self._find_parts(self._get_open_qty())
        order = self.env["mrp.production"].create(self._prepare_order(parts))
        if order.product_tracking != "none":
            order.lot_producing_ids = self._get_target_lot(order, parts)
        order.action_confirm()
        order.action_assign()
        ours = order.move_raw_ids.filtered("mes_clearance_line_id")
        self._reserve_exactly(ours, parts)

    def _prepare_order(self, parts):
        warehouse = self._get_warehouse()
        target = self.target_product_id or self.product_id
        sums = self._sum_by_location(parts)
        raws = [self._prepare_own_part(place, quantity) for place, quantity in sums.items()]
        raws += [self._prepare_added_part(part, warehouse) for part in self.part_ids]
        return {
            "product_id": target.id,
            "product_qty": target.uom_id.round(self._get_open_qty() * self.per_piece),
            "product_uom_id": target.uom_id.id,
            "bom_id": False,
            "picking_type_id": warehouse.manu_type_id.id,
            "location_src_id": warehouse.lot_stock_id.id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "company_id": self.company_id.id,
            "origin": self.clearance_id.name,
            "user_id": self.user_id.id,
            "move_raw_ids": [(0, 0, vals) for vals in raws],
            "workorder_ids": [(0, 0, vals) for vals in self._prepare_operations()],
            **self._tie(),
        }

    def _prepare_own_part(self, place, quantity):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity,
            "product_uom": self.uom_id.id,
            "location_id": place.id,
            **self._tie(),
        }

    def _prepare_added_part(self, part, warehouse):
        return {
            "product_id": part.product_id.id,
            "product_uom_qty": part.uom_id.round(part.quantity * self._get_open_qty()),
            "product_uom": part.uom_id.id,
            "location_id": warehouse.lot_stock_id.id,
        }

    def _prepare_operations(self):
        if not self.workcenter_id:
            return []
        minutes = self.minutes * self._get_open_qty()
        name = dict(self._fields["route"]._description_selection(self.env))[self.route]
        return [{"name": name, "workcenter_id": self.workcenter_id.id, "duration_expected": minutes}]

    def _get_target_lot(self, order, parts):
        """Return the lot that comes out: of the same number. Out of several lots the worker chooses."""
        lots = self.env["stock.lot"]
        for quant, _quantity in parts:
            lots |= quant.lot_id
        is_serial = order.product_tracking == "serial"
        if len(lots) != 1 or (is_serial and order.product_uom_id.compare(order.product_qty, 1)):
            return lots.browse()
        if order.product_id == self.product_id:
            return lots
        domain = [("name", "=", lots.name), ("product_id", "=", order.product_id.id)]
        domain.append(("company_id", "in", (False, self.company_id.id)))
        return lots.search(domain, limit=1) or lots.create({"name": lots.name, "product_id": order.product_id.id})

    # -- following ----------------------------------------------------------------------------------------------

    def _measure_rework(self):
        return self._measure_orders()

    def _measure_convert(self):
        return self._measure_orders()

    def _measure_orders(self):
        """Return what the orders have used of the stock, what they made at cost, and what was added to it."""
        total = Progress()
        for order in self.order_ids:
            total = total.plus(self._measure_order(order))
        return total

    def _measure_order(self, order):
        raws = order.move_raw_ids.filtered(lambda move: move.state == "done" and not move.scrap_id)
        ours = raws.filtered(lambda move: move.product_id == self.product_id)  # of backorders, too
        made = order.move_finished_ids.filtered(
            lambda move: move.state == "done" and move.product_id == order.product_id
        )
        pieces = sum(made.mapped("product_qty")) if made else 0.0
        return Progress(
            sum(move.product_uom._compute_quantity(move.quantity, self.uom_id, round=False) for move in ours),
            pieces * order.product_id.with_company(self.company_id).standard_price,
            sum(move._mes_get_worth() for move in raws - ours) + sum(work._cal_cost() for work in order.workorder_ids),
            order.state not in ("done", "cancel"),
        )


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _get_backorder_mo_vals(self):
        """What is left of an order is of the same route."""
        vals = super()._get_backorder_mo_vals()
        if self.mes_clearance_line_id:
            vals["mes_clearance_line_id"] = SignedId(self.mes_clearance_line_id.id)
        return vals


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _mes_passes_on(self):
        """The stock that a clearance case converts lives on in what comes out of it; added parts don't age it."""
        tied = self.move_id.raw_material_production_id.mes_clearance_line_id.sudo()
        if tied.route in ("rework", "convert"):
            return self.product_id == tied.product_id and not self.move_id.scrap_id
        return super()._mes_passes_on()
