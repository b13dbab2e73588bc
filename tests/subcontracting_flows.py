"""Runs in Odoo's shell (with `env`): what a subcontractor makes, on real orders. Describes the outcomes in JSON."""

import itertools
import json
import os
import pathlib
import traceback

from freezegun import freeze_time

from odoo.exceptions import UserError

env = env  # noqa: F821 - what the shell provides
company = env.ref("base.main_company")
env = env(context={**env.context, "tracking_disable": True, "allowed_company_ids": company.ids})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
stock, customers = warehouse.lot_stock_id, env.ref("stock.stock_location_customers")
resupply = env.ref("mrp_subcontracting.route_resupply_subcontractor_mto")


class Case:
    """A subcontractor who turns castings (by lot) into shafts; the castings come from a foundry."""

    def __init__(self, name, tracking="lot"):
        self.name = name
        self.foundry = env["res.partner"].create({"name": f"Foundry {name}"})
        self.turner = env["res.partner"].create({"name": f"Turner {name}"})
        self.place = self.turner.property_stock_subcontractor
        self.casting = self.create_product("Casting", "lot", route_ids=[(4, resupply.id)])
        self.shaft = self.create_product(
            "Shaft", tracking, seller_ids=[(0, 0, {"partner_id": self.turner.id, "price": 5})]
        )
        env["mrp.bom"].create(
            {
                "product_tmpl_id": self.shaft.product_tmpl_id.id,
                "type": "subcontract",
                "subcontractor_ids": self.turner.ids,
                "bom_line_ids": [(0, 0, {"product_id": self.casting.id, "product_qty": 2})],
            }
        )

    def create_product(self, name, tracking, **more):
        vals = {"name": f"{name} {self.name}", "is_storable": True, "tracking": tracking, **more}
        return env["product.product"].create(vals)

    def create_lot(self, product, name, quantity=0, place=None):
        lot = env["stock.lot"].create({"name": f"{name} {self.name}", "product_id": product.id})
        if quantity:
            env["stock.quant"]._update_available_quantity(product, place or stock, quantity, lot_id=lot)
        return lot

    def order(self, product, quantity, vendor):
        """Return the receipt of a confirmed purchase order."""
        line = {"product_id": product.id, "product_qty": quantity, "price_unit": 5}
        order = env["purchase.order"].create({"partner_id": vendor.id, "order_line": [(0, 0, line)]})
        order.button_confirm()
        return order.picking_ids.filtered(lambda picking: picking.picking_type_id.code == "incoming")

    def receive(self, receipt, lots=(), vendor_lot=None):
        """Receive ``[(lot, quantity)]``, or all of what has no lots."""
        move = receipt.move_ids
        if lots:
            places = {"location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id}
            common = {"product_id": move.product_id.id, "picking_id": receipt.id, "mes_vendor_lot": vendor_lot}
            lines = [{**common, **places, "lot_id": lot.id, "quantity": quantity} for lot, quantity in lots]
            move.move_line_ids.unlink()
            move.move_line_ids = [(0, 0, line) for line in lines]
        move.picked = True
        receipt.with_context(skip_backorder=True).button_validate()
        return receipt

    def supply(self, receipt):
        """Send the castings that the subcontractor needs for this receipt."""
        needed = receipt.move_ids.move_orig_ids.production_id.move_raw_ids.move_orig_ids.picking_id
        needed.action_assign()
        needed.move_ids.picked = True
        needed.button_validate()
        return needed

    def make(self, name, shaft_lots):
        """Make pumps of shafts ``[(lot, quantity)]`` in our own works; return their lot."""
        pump = self.create_product(name, "lot")
        quantity = sum(used for _lot, used in shaft_lots)
        part = {"product_id": self.shaft.id, "product_uom_qty": quantity}
        order = env["mrp.production"].create(
            {"product_id": pump.id, "product_qty": quantity, "bom_id": False, "move_raw_ids": [(0, 0, part)]}
        )
        order.action_confirm()
        order.move_raw_ids.move_line_ids.unlink()
        order.move_raw_ids.move_line_ids = [
            (0, 0, {"product_id": self.shaft.id, "lot_id": lot.id, "quantity": used}) for lot, used in shaft_lots
        ]
        order.lot_producing_ids = self.create_lot(pump, name)
        order.qty_producing = quantity
        order.move_raw_ids.picked = True
        order.with_context(skip_consumption=True).button_mark_done()
        return order.lot_producing_ids

    def ship(self, lot, quantity, picking_type=None, target=None):
        places = {"location_id": stock.id, "location_dest_id": (target or customers).id}
        picking = env["stock.picking"].create(
            {
                "picking_type_id": (picking_type or warehouse.out_type_id).id,
                "move_ids": [(0, 0, {"product_id": lot.product_id.id, "product_uom_qty": quantity, **places})],
                **places,
            }
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            (0, 0, {**places, "product_id": lot.product_id.id, "lot_id": lot.id, "quantity": quantity})
        ]
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def give_back(self, receipt, quantity, lot=None):
        """Return what was received by Odoo's own return."""
        wizard = env["stock.return.picking"].create({"picking_id": receipt.id})
        wizard.product_return_moves.quantity = quantity
        picking = wizard._create_return()
        move = picking.move_ids
        if lot:
            move.move_line_ids.unlink()
            places = {"location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id}
            line = {"product_id": lot.product_id.id, "lot_id": lot.id, "quantity": quantity, "picking_id": picking.id}
            move.move_line_ids = [(0, 0, {**line, **places})]
        move.picked = True
        picking.button_validate()
        return picking


def on_hand(product, place, lot=None):
    domain = [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
    if lot:
        domain.append(("lot_id", "=", lot.id))
    return sum(env["stock.quant"].search(domain).mapped("quantity"))


def names(trace, case):
    return sorted((lot["level"], lot["name"].replace(f" {case.name}", "")) for lot in trace["lots"] if lot["level"])


def recall(**criteria):
    """Return what a recall says: what was recalled, whether it adds up, and how much is where."""
    found = env["mes.quality.recall"].create({"subject": "Sand", **criteria})
    found.action_trace()
    places = {}
    for line in found.line_ids:
        places[line.place] = round(places.get(line.place, 0) + line.source_qty, 6)
    return {
        "received": found.received_qty,
        "balanced": found.balanced,
        "missing": found.missing_note or "",
        "places": {place: quantity for place, quantity in places.items() if quantity},
    }


def refused(function, *arguments):
    """Return what is said where ``function`` is refused, or None."""
    try:
        with env.cr.savepoint():
            function(*arguments)
    except UserError as error:
        return str(error)
    return None


def traced():
    """Two lots of castings are turned into two lots of shafts and built into pumps: both ways, and the recall."""
    case = Case("T")
    with freeze_time("2026-03-02 08:00"):
        first, second = (case.create_lot(case.casting, name) for name in ("C1", "C2"))
        case.receive(case.order(case.casting, 40, case.foundry), [(first, 12), (second, 28)], "HEAT-7")
    with freeze_time("2026-03-03 08:00"):
        receipt = case.order(case.shaft, 10, case.turner)
    with freeze_time("2026-03-04 08:00"):
        case.supply(receipt)
    with freeze_time("2026-03-05 08:00"):
        lots = [case.create_lot(case.shaft, name) for name in ("S1", "S2")]
        case.receive(receipt, [(lots[0], 6), (lots[1], 4)])
    with freeze_time("2026-03-06 08:00"):
        pumps = case.make("Pump", [(lots[0], 3)])
        case.ship(pumps, 2)
        env["stock.scrap"].create({"product_id": case.shaft.id, "lot_id": lots[1].id, "scrap_qty": 1}).action_validate()
    genealogy = env["mes.quality.genealogy"]
    forward, backward = genealogy.trace_forward(first.ids), genealogy.trace_backward(pumps.ids)
    return {
        "forward": names(forward, case),
        "exact": all(edge["is_exact"] for edge in forward["edges"] + backward["edges"]),
        "backward": names(backward, case),
        "vendor": [lot["vendor"] for lot in backward["lots"] if lot["name"].startswith("C")],
        "foundry": recall(partner_id=case.foundry.id, vendor_lot="HEAT-*"),
        "first": recall(lot_ids=[(6, 0, first.ids)]),
        "turner": recall(partner_id=case.turner.id),
        "receipt": recall(picking_id=receipt.id),
    }


def underway():
    """Castings at the subcontractor, and shafts given back to him, are found where they are."""
    case = Case("W")
    with freeze_time("2026-03-02 08:00"):
        heat = case.create_lot(case.casting, "C1")
        case.receive(case.order(case.casting, 20, case.foundry), [(heat, 20)])
    with freeze_time("2026-03-03 08:00"):
        receipt = case.order(case.shaft, 5, case.turner)
        case.supply(receipt)
    before = recall(partner_id=case.foundry.id)
    with freeze_time("2026-03-05 08:00"):
        lot = case.create_lot(case.shaft, "S1")
        case.receive(receipt, [(lot, 5)])
    with freeze_time("2026-03-06 08:00"):
        case.give_back(receipt, 2, lot)
    return {"before": before, "after": recall(partner_id=case.foundry.id), "turner": recall(partner_id=case.turner.id)}


def untracked():
    """Shafts without lots: recalled by the subcontractor, and by the castings in them."""
    case = Case("U", tracking="none")
    with freeze_time("2026-03-02 08:00"):
        heat = case.create_lot(case.casting, "C1")
        case.receive(case.order(case.casting, 20, case.foundry), [(heat, 20)])
    with freeze_time("2026-03-03 08:00"):
        receipt = case.order(case.shaft, 5, case.turner)
        case.supply(receipt)
    with freeze_time("2026-03-05 08:00"):
        case.receive(receipt)
    return {"foundry": recall(partner_id=case.foundry.id), "turner": recall(partner_id=case.turner.id)}


def held():
    """A held casting is not sent to the subcontractor, nor used where he has good ones; else what he used is used."""
    case = Case("H")
    bad, good = case.create_lot(case.casting, "BAD", 10), case.create_lot(case.casting, "GOOD", 10)
    bad.action_mes_hold("sand inclusions")
    receipt = case.order(case.shaft, 4, case.turner)
    sent = case.supply(receipt)
    by_hand = refused(case.ship, bad, 1, warehouse.subcontracting_resupply_type_id, case.place)
    env["stock.quant"]._update_available_quantity(case.casting, case.place, 6, lot_id=bad)
    first = case.create_lot(case.shaft, "S1")
    case.receive(receipt, [(first, 4)])
    other = refused(
        env["stock.scrap"]
        .create({"product_id": case.casting.id, "lot_id": bad.id, "scrap_qty": 1, "location_id": case.place.id})
        .action_validate
    )
    short = case.order(case.shaft, 3, case.turner)
    second = case.create_lot(case.shaft, "S2")
    case.receive(short, [(second, 3)])
    order = short.move_ids.move_orig_ids.production_id
    return {
        "sent": sent.move_line_ids.lot_id.mapped("name"),
        "by hand": "BAD H" in (by_hand or ""),
        "scrapped": "BAD H" in (other or ""),
        "first": first.mes_quality_state,
        "receipt": short.state,
        "order": order.state,
        "used": order.move_raw_ids.move_line_ids.lot_id.mapped("name"),
        "second": second.mes_quality_state,
        "cause": second.mes_hold_ids.parent_id.lot_id.mapped("name"),
        "in stock": on_hand(case.shaft, stock, second),
        "good": good.mes_quality_state,
    }


def held_untracked():
    """Shafts without lots that were made of a held casting go into quarantine from where they were received."""
    case = Case("N", tracking="none")
    bad = case.create_lot(case.casting, "BAD", 10, case.place)
    bad.action_mes_hold("sand inclusions")
    receipts = [case.order(case.shaft, 2, case.turner) for _time in range(2)]
    for receipt in receipts:  # the second one while shafts are in quarantine
        case.receive(receipt)
    quarantine = warehouse._mes_get_quarantine()
    holds = env["mes.quality.hold"].search([("product_id", "=", case.shaft.id)])
    result = {
        "receipts": [receipt.state for receipt in receipts],
        "usable": on_hand(case.shaft, stock),
        "held": on_hand(case.shaft, quarantine),
        "left behind": on_hand(case.shaft, case.place),
        "cause": holds.parent_id.lot_id.mapped("name"),
    }
    holds.action_lift("the inclusions are harmless")
    return {**result, "lifted": on_hand(case.shaft, stock)}


def held_order():
    """The subcontractor's order is held before its lots are known."""
    case = Case("O")
    case.create_lot(case.casting, "C1", 20, case.place)
    receipt = case.order(case.shaft, 4, case.turner)
    order = receipt.move_ids.move_orig_ids.production_id
    hold = env["mes.quality.hold"].create(
        {"kind": "production", "production_id": order.id, "reason": "drawing was changed"}
    )
    lots = [case.create_lot(case.shaft, name) for name in ("S1", "S2")]
    case.receive(receipt, [(lots[0], 3), (lots[1], 1)])
    states = [lot.mes_quality_state for lot in lots]
    hold.action_lift("the old one is good, too")
    return {"receipt": receipt.state, "states": states, "lifted": [lot.mes_quality_state for lot in lots]}


def frozen_lot():
    """More of a frozen lot of shafts is received, and sent back to the subcontractor."""
    case = Case("F")
    case.create_lot(case.casting, "C1", 40, case.place)
    receipt = case.order(case.shaft, 4, case.turner)
    lot = case.create_lot(case.shaft, "S1")
    case.receive(receipt, [(lot, 4)])
    reason = env["mes.quality.reason"].create({"name": "Bent", "allow_move": False, "allow_return": True})
    lot.action_mes_hold("bent", reason_id=reason.id)
    more = case.order(case.shaft, 2, case.turner)
    case.receive(more, [(lot, 2)])
    other = case.order(case.shaft, 2, case.turner)
    case.receive(other, [(case.create_lot(case.shaft, "S2"), 2)])
    back = case.give_back(receipt, 1, lot)
    return {
        "more": more.state,
        "state": lot.mes_quality_state,
        "back": back.state,
        "other": other.state,
        "left": on_hand(case.shaft, stock, lot),
    }


def inspected():
    """Control plans of receipts and of production meet what the subcontractor sends."""
    outcome = {}
    for trigger, tracking in itertools.product(("receipt", "production", "production_start"), ("lot", "none")):
        case = Case(f"{trigger} {tracking}", tracking)
        case.create_lot(case.casting, "C1", 20, case.place)
        env["mes.quality.plan"].create(
            {
                "name": f"Shafts {case.name}",
                "trigger": trigger,
                "product_ids": [(6, 0, case.shaft.ids)],
                "sampling": "fixed",
                "sampling_qty": 1,
                "characteristic_ids": [(0, 0, {"name": "Looks good", "kind": "check"})],
            }
        )
        receipt = case.order(case.shaft, 4, case.turner)
        lot = case.create_lot(case.shaft, "S1") if tracking == "lot" else None
        case.receive(receipt, [(lot, 4)] if lot else ())
        inspection = env["mes.quality.inspection"].search([("product_id", "=", case.shaft.id)])
        where = lot.mes_quality_state if lot else on_hand(case.shaft, warehouse._mes_get_quarantine())
        waiting = inspection.filtered(lambda one: one.state != "cancelled")
        before = [receipt.state, waiting.mapped("state"), where]
        waiting.line_ids.verdict = "pass"
        waiting.action_pass()
        outcome[case.name] = [*before, lot.mes_quality_state if lot else on_hand(case.shaft, stock)]
    return outcome


def returned():
    """A disposition sends a rejected lot back to the subcontractor."""
    case = Case("R")
    case.create_lot(case.casting, "C1", 20, case.place)
    receipt = case.order(case.shaft, 4, case.turner)
    lot = case.create_lot(case.shaft, "S1")
    case.receive(receipt, [(lot, 4)])
    hold = env["mes.quality.hold"].create({"lot_id": lot.id, "reason": "out of round", "level": "rejected"})
    disposition = hold.disposition_id
    disposition.line_ids.route = "return"
    disposition.action_approve()
    disposition.action_execute()
    picking = disposition.line_ids.picking_id
    picking.move_ids.picked = True
    picking.button_validate()
    return {
        "from": disposition.line_ids.origin_id.picking_id == receipt,
        "to": picking.location_dest_id == case.place,
        "picking": picking.state,
        "disposition": disposition.state,
        "left": on_hand(case.shaft, stock, lot),
    }


FLOWS = (traced, underway, untracked, held, held_untracked, held_order, frozen_lot, inspected, returned)

found = {}
wanted = os.environ.get("MES_FLOWS", "").split()
for flow in FLOWS:
    if wanted and flow.__name__ not in wanted:
        continue
    try:
        with env.cr.savepoint():
            found[flow.__name__] = flow()
    except Exception as error:
        found[flow.__name__] = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()[-1500:]}
pathlib.Path(os.environ["MES_FLOWS_FILE"]).write_text(json.dumps(found))
