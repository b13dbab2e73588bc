"""The ways on which frozen stock could leave, each as a person, a program or another document would go it.

Each function gets the case (see `PathCase`) whose `env` is that of who tries; `case.freeze()` holds the lot, which some
ways do after they have reserved it. The numbers are those of the experiment that found the ways.
"""

from odoo.fields import Command
from odoo.tests import Form


def reserve_a_delivery(case):
    case.freeze()
    case.validate(case.deliver(15))


def add_the_lot_on_a_line(case):
    case.freeze()
    picking = case.deliver(1)
    case.line(picking, move_id=picking.move_ids.id)
    case.validate(picking)


def write_the_lot_on_a_reserved_line(case):
    case.freeze()
    picking = case.deliver(5)
    picking.move_line_ids.write({"lot_id": case.lot.id})
    case.validate(picking)


def type_a_quantity_on_the_move(case):
    case.freeze()
    picking = case.deliver(5)
    picking.move_ids.quantity = 15
    case.validate(picking)


def write_the_lots_of_a_move(case):
    case.freeze()
    picking = case.deliver(5)
    picking.move_ids.lot_ids = case.lot.with_env(case.env)
    case.validate(picking)


def transfer_from_draft_at_once(case):
    case.freeze()
    picking = case.draft(5)
    case.line(picking, quantity=5)
    case.validate(picking)


def reserved_before_the_freeze(case):
    picking = case.deliver_lot(6)
    case.freeze()
    case.validate(picking)


def picked_before_the_freeze(case):
    picking = case.deliver_lot(6)
    picking.move_ids.picked = True
    case.freeze()
    case.validate(picking)


def packed_before_the_freeze(case):
    picking = case.deliver_lot(6)
    picking.action_put_in_pack()
    case.freeze()
    case.validate(picking)


def order_with_automatic_lots(case):
    case.freeze()
    case.finish(case.produce(7))


def order_with_the_lot_by_hand(case):
    case.freeze()
    order = case.produce(1)
    raw = order.move_raw_ids.filtered(lambda move: move.product_id == case.axle)
    raw.move_line_ids.lot_id = case.lot.with_env(case.env)
    case.finish(order)


def order_reserved_before_the_freeze(case):
    order = case.produce_lot(3)
    case.freeze()
    case.finish(order)


def more_than_planned_on_an_order(case):
    case.freeze()
    order = case.produce(1)
    raw = order.move_raw_ids.filtered(lambda move: move.product_id == case.axle)
    case.line(raw.picking_id, move_id=raw.id, quantity=3, location_dest_id=raw.location_dest_id.id)
    case.finish(order)


def take_it_apart(case):
    case.freeze()
    unbuild = case.env["mrp.unbuild"].create(
        {"product_id": case.axle.id, "bom_id": case.axle_bom.id, "lot_id": case.lot.id, "product_qty": 2}
    )
    unbuild.action_validate()
    unbuild.action_unbuild()


def scrap(case):
    case.freeze()
    vals = {"product_id": case.axle.id, "lot_id": case.lot.id, "scrap_qty": 2, "location_id": case.stock.id}
    case.env["stock.scrap"].create(vals).do_scrap()


def count_down(case):
    case.freeze()
    case.count(3)


def count_up(case):
    case.freeze()
    case.count(15)


def count_away_and_in_under_a_new_number(case):
    case.freeze()
    case.count(0)
    lot = case.env["stock.lot"].create({"name": "A-NEW", "product_id": case.axle.id})
    case.count(10, lot)


def relocate(case):
    case.freeze()
    case.quant.action_stock_quant_relocate()
    wizard = case.env["stock.quant.relocate"].create(
        {"quant_ids": [Command.set(case.quant.ids)], "dest_location_id": case.shelf.id}
    )
    wizard.action_relocate_quants()


def place_the_lot_elsewhere(case):
    case.freeze()
    case.lot.with_env(case.env).location_id = case.shelf


def unpack(case):
    case.pack()
    case.freeze()
    case.quant.package_id.unpack()


def move_the_whole_package(case):
    package = case.pack()
    case.freeze()
    picking = case.draft(10)
    line = case.line(picking, quantity=10)
    line.write({"package_id": package.id, "result_package_id": package.id})
    case.validate(picking)


def repair_it(case):
    case.freeze()
    vals = {"product_id": case.axle.id, "lot_id": case.lot.id, "product_qty": 1}
    vals["product_location_dest_id"] = case.shelf.id
    repair = case.env["repair.order"].create(vals)
    repair._action_repair_confirm()
    repair.action_repair_start()
    repair.action_repair_end()


def use_it_for_a_repair(case):
    case.freeze()
    repair = case.env["repair.order"].create({"product_id": case.bolt.id, "product_qty": 1})
    part = {"product_id": case.axle.id, "product_uom_qty": 1, "repair_id": repair.id, "repair_line_type": "add"}
    move = case.env["stock.move"].create(part)
    repair._action_repair_confirm()
    move.move_line_ids.unlink()
    case.line(repair.env["stock.picking"], move_id=move.id, quantity=1, location_dest_id=move.location_dest_id.id)
    repair.action_repair_start()
    repair.action_repair_end()


def write_the_quant(case):
    case.freeze()
    case.quant.write({"quantity": 1})


def write_the_quant_as_if_counting(case):
    case.freeze()
    case.quant.with_context(inventory_mode=True).write({"quantity": 1})


def change_the_lot_of_a_done_line(case):
    case.freeze()
    picking = case.deliver(5)
    case.validate(picking)
    picking.move_line_ids.write({"lot_id": case.lot.id})


def raise_a_done_quantity(case):
    picking = case.deliver_lot(1)
    case.validate(picking)
    case.stock_up(1)
    case.freeze()
    picking.move_line_ids.write({"quantity": 3})


def add_a_line_to_a_done_transfer(case):
    case.freeze()
    picking = case.deliver(5)
    case.validate(picking)
    case.line(picking)


def ship_from_where_nothing_is(case):
    case.freeze()
    picking = case.draft(5, place=case.shelf)
    case.line(picking, quantity=5, location_id=case.shelf.id)
    case.validate(picking)


def ship_another_lot_that_is_not_there(case):
    case.freeze()
    lot = case.env["stock.lot"].create({"name": "C-NONE", "product_id": case.axle.id})
    picking = case.draft(5)
    case.line(picking, quantity=5, lot_id=lot.id)
    case.validate(picking)


def pick_pack_and_ship(case):
    case.freeze()
    case.warehouse.delivery_steps = "pick_ship"
    vals = {
        "partner_id": case.customer.id,
        "order_line": [Command.create({"product_id": case.axle.id, "product_uom_qty": 15})],
    }
    order = case.env["sale.order"].sudo().create(vals)
    order.action_confirm()
    for picking in order.picking_ids.sorted("id"):
        case.validate(picking.with_env(case.env))


def staged_before_the_freeze(case):
    """Picked to the dock already: it lies there, and goes no further."""
    dock = case.stock_up(4, case.warehouse.wh_output_stock_loc_id)
    picking = case.draft(4, place=dock)
    case.line(picking, quantity=4, location_id=dock.id)
    case.freeze()
    case.validate(picking)


def unreserve_after_the_freeze(case):
    picking = case.deliver_lot(6)
    case.freeze()
    picking.do_unreserve()


def rename_the_lot(case):
    case.freeze()
    case.lot.with_env(case.env).write({"name": "A-CLEAN"})


def make_the_lot_another_product(case):
    case.freeze()
    case.lot.with_env(case.env).write({"product_id": case.cart.id})


def give_the_lot_to_another_company(case):
    case.freeze()
    case.lot.with_env(case.env).write({"company_id": case.other_company.id})


def relabel_what_was_received(case):
    """The receipt is corrected to another lot, as if the frozen one had never come."""
    case.env["stock.quant"].sudo()._update_available_quantity(case.axle, case.stock, -10, lot_id=case.lot)
    picking = case.receive(10)
    case.freeze()
    picking.move_line_ids.write({"lot_id": case.other_lot.id})


def unmake_what_was_received(case):
    case.env["stock.quant"].sudo()._update_available_quantity(case.axle, case.stock, -10, lot_id=case.lot)
    picking = case.receive(10)
    case.freeze()
    picking.move_line_ids.write({"quantity": 0})


def drop_ship(case):
    case.freeze()
    picking = case.draft(1, place=case.env.ref("stock.stock_location_suppliers"))
    case.line(picking, location_id=picking.location_id.id)
    case.validate(picking)


def send_to_another_company(case):
    case.freeze()
    transit = case.env.ref("stock.stock_location_inter_company")
    transit.sudo().active = True
    picking = case.draft(1, place_to=transit)
    case.line(picking, location_dest_id=transit.id)
    case.validate(picking)


def return_to_the_vendor(case):
    case.freeze()
    vendors = case.env.ref("stock.stock_location_suppliers")
    picking = case.draft(1, place_to=vendors)
    case.line(picking, location_dest_id=vendors.id)
    case.validate(picking)


def sell_a_kit_with_it(case):
    case.freeze()
    vals = {
        "partner_id": case.customer.id,
        "order_line": [Command.create({"product_id": case.kit.id, "product_uom_qty": 15})],
    }
    order = case.env["sale.order"].sudo().create(vals)
    order.action_confirm()
    picking = order.picking_ids.with_env(case.env)
    case.line(picking, move_id=picking.move_ids.id)
    case.validate(picking)


def in_the_web_client(case):
    case.freeze()
    picking = case.deliver(5)
    with Form(picking.move_ids, view="stock.view_stock_move_operations") as form, form.move_line_ids.edit(0) as line:
        line.lot_id = case.lot.with_env(case.env)
    case.validate(picking)


def import_of_lines(case):
    case.freeze()
    picking = case.deliver(5)
    head = ["picking_id/.id", "product_id/.id", "lot_id/.id", "quantity"]
    result = case.env["stock.move.line"].load(head, [[picking.id, case.axle.id, case.lot.id, 5]])
    case.refused_import(result)
    case.validate(picking)


def import_of_a_count(case):
    case.freeze()
    head = ["location_id/.id", "product_id/.id", "lot_id/.id", "inventory_quantity"]
    result = case.env["stock.quant"].load(head, [[case.stock.id, case.axle.id, case.lot.id, 2]])
    case.refused_import(result)
    case.quant.action_apply_inventory()


def revert_a_count(case):
    case.stock_up(5)
    case.count(20)
    line = case.env["stock.move.line"].search([("lot_id", "=", case.lot.id), ("is_inventory", "=", True)], limit=1)
    case.count(15)
    case.count(10)
    case.freeze()
    line.action_revert_inventory()


# Bringing more of a held lot in is no way out: it is held as well.
def receive_more_of_it(case):
    case.freeze()
    case.receive(3)


def produce_more_of_it(case):
    case.freeze()
    case.make_axles(3)


def take_back_from_a_customer(case):
    picking = case.deliver_lot(3)
    case.validate(picking)
    case.freeze()
    case.take_back(picking)


REFUSED = [
    add_the_lot_on_a_line,
    write_the_lot_on_a_reserved_line,
    write_the_lots_of_a_move,
    transfer_from_draft_at_once,
    order_with_the_lot_by_hand,
    more_than_planned_on_an_order,
    take_it_apart,
    scrap,
    count_down,
    count_up,
    count_away_and_in_under_a_new_number,
    relocate,
    place_the_lot_elsewhere,
    unpack,
    move_the_whole_package,
    repair_it,
    use_it_for_a_repair,
    write_the_quant,
    write_the_quant_as_if_counting,
    change_the_lot_of_a_done_line,
    raise_a_done_quantity,
    add_a_line_to_a_done_transfer,
    ship_from_where_nothing_is,
    ship_another_lot_that_is_not_there,
    rename_the_lot,
    make_the_lot_another_product,
    give_the_lot_to_another_company,
    relabel_what_was_received,
    unmake_what_was_received,
    drop_ship,
    send_to_another_company,
    return_to_the_vendor,
    sell_a_kit_with_it,
    in_the_web_client,
    import_of_lines,
    import_of_a_count,
    revert_a_count,
]
# These end, with other stock or with less.
ENDING = [
    reserve_a_delivery,
    type_a_quantity_on_the_move,
    reserved_before_the_freeze,
    picked_before_the_freeze,
    packed_before_the_freeze,
    order_with_automatic_lots,
    order_reserved_before_the_freeze,
    pick_pack_and_ship,
    staged_before_the_freeze,
    unreserve_after_the_freeze,
]
COMING_IN = [receive_more_of_it, produce_more_of_it, take_back_from_a_customer]
