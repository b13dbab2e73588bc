"""Runs in Odoo's shell (with `env`): flows that nobody can stop meet a frozen lot. Describes the outcomes in JSON."""

import json
import os
import pathlib

from odoo.exceptions import UserError

env = env  # noqa: F821 - what the shell provides
company = env.ref("base.main_company")
env = env(context={**env.context, "tracking_disable": True, "allowed_company_ids": company.ids})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
stock, customers = warehouse.lot_stock_id, env.ref("stock.stock_location_customers")
found = {}


def product(name, **more):
    return env["product.product"].create({"name": name, "is_storable": True, **more})


def create_lot(item, name, quantity=0, place=stock):
    made = env["stock.lot"].create({"name": name, "product_id": item.id})
    if quantity:
        env["stock.quant"]._update_available_quantity(item, place, quantity, lot_id=made)
    return made


def on_hand(lot, place):
    return sum(lot.quant_ids.filtered(lambda quant: quant.location_id == place).mapped("quantity"))


def subcontract():
    """A receipt from a subcontractor who has a frozen component."""
    subcontractor = env["res.partner"].create({"name": "Subcontractor"})
    component, finished = product("Casting", tracking="lot"), product("Turned", tracking="lot")
    env["mrp.bom"].create(
        {
            "product_tmpl_id": finished.product_tmpl_id.id,
            "type": "subcontract",
            "subcontractor_ids": subcontractor.ids,
            "bom_line_ids": [(0, 0, {"product_id": component.id, "product_qty": 1})],
        }
    )
    place = subcontractor.property_stock_subcontractor
    bad = create_lot(component, "BAD CASTING", 5, place)
    places = {"location_id": env.ref("stock.stock_location_suppliers").id, "location_dest_id": stock.id}
    move = {"product_id": finished.id, "product_uom_qty": 5, **places}
    receipt = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.in_type_id.id,
            "partner_id": subcontractor.id,
            "move_ids": [(0, 0, move)],
            **places,
        }
    )
    receipt.action_confirm()
    bad.action_mes_hold("porous")
    made = create_lot(finished, "TURNED")
    line = receipt.move_ids.move_line_ids
    line.write({"lot_id": made.id, "quantity": 5})
    receipt.move_ids.picked = True
    receipt.button_validate()
    order = receipt.move_ids.move_orig_ids.production_id
    raw = order.move_raw_ids
    return {
        "receipt": receipt.state,
        "order": order.state,
        "used": raw.move_line_ids.filtered(lambda line: line.state == "done").lot_id.mapped("name"),
        "output": made.mes_quality_state,
        "cause": made.mes_hold_ids.parent_id.lot_id.mapped("name"),
        "received": on_hand(made, stock),
    }


def batch():
    """A batch of two deliveries, of which one has lost its stock, or still names frozen stock."""
    item = product("Engine", tracking="lot")
    outcome = {}
    for case in ("lost", "named"):
        bad, good = create_lot(item, f"BAD {case}", 1), create_lot(item, f"GOOD {case}", 1)
        first, second = (deliver(item, lot) for lot in (bad, good))
        together = env["stock.picking.batch"].create({"picking_ids": (first | second).ids})
        together.action_confirm()
        second.move_ids.picked = True
        if case == "lost":
            bad.action_mes_hold("noise")
        else:
            from odoo.addons.mes_quality.const import CHECKED

            first.move_ids.picked = True
            bad.with_context(mes_quality_checked=CHECKED).mes_quality_state = "held"
            env.flush_all()
        try:
            with env.cr.savepoint():
                together.action_done()
            told = ""
        except UserError as error:
            told = str(error)
            first.batch_id = False
            together.action_done()
        outcome[case] = {"states": [first.state, second.state], "told": told, "left": on_hand(bad, stock)}
    return outcome


def deliver(item, lot):
    places = {"location_id": stock.id, "location_dest_id": customers.id}
    picking = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.out_type_id.id,
            "move_ids": [(0, 0, {"product_id": item.id, "product_uom_qty": 1, **places})],
            **places,
        }
    )
    picking.action_confirm()
    picking.do_unreserve()
    move = picking.move_ids
    move.move_line_ids = [(0, 0, {**places, "product_id": item.id, "lot_id": lot.id, "quantity": 1})]
    return picking


def counter():
    """A session of a point of sale that has sold a lot which was frozen before it is closed."""
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    item = product("Bike", tracking="lot", available_in_pos=True, lst_price=100, taxes_id=False)
    bad = create_lot(item, "BAD BIKE", 3)
    company.point_of_sale_update_stock_quantities = "closing"
    config = env["pos.config"].create({"name": "Counter"})
    session = env["pos.session"].create({"config_id": config.id, "user_id": env.ref("base.user_admin").id})
    session.set_opening_control(0, "")
    order = env["pos.order"].create(
        {
            "session_id": session.id,
            "company_id": company.id,
            "lines": [
                (
                    0,
                    0,
                    {
                        "product_id": item.id,
                        "qty": 1,
                        "price_unit": 100,
                        "price_subtotal": 100,
                        "price_subtotal_incl": 100,
                        "pack_lot_ids": [(0, 0, {"lot_name": bad.name})],
                    },
                )
            ],
            "amount_total": 100,
            "amount_tax": 0,
            "amount_paid": 0,
            "amount_return": 0,
        }
    )
    pay = {"pos_order_id": order.id, "amount": 100, "payment_method_id": session.payment_method_ids[:1].id}
    order.add_payment(pay)
    order.action_pos_order_paid()
    bad.action_mes_hold("frame cracked")
    session.action_pos_session_closing_control()
    pickings = env["stock.picking"].search([("pos_session_id", "=", session.id)])
    return {
        "session": session.state,
        "order": order.state,
        "pickings": pickings.mapped("state"),
        "named": pickings.move_line_ids.lot_id.mapped("name"),
        "left": on_hand(bad, stock),
    }


for flow in (subcontract, batch, counter):
    try:
        with env.cr.savepoint():
            found[flow.__name__] = flow()
    except Exception as error:
        import traceback

        found[flow.__name__] = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()[-1500:]}
pathlib.Path(os.environ["MES_FLOWS_FILE"]).write_text(json.dumps(found))
