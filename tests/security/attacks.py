"""What somebody tries who knows the names: closed fields written, frozen stock shipped, history made up.

Each attack is made without a context and with forged ones. All must be refused, and commit nothing.
"""

import json
import random

from calls import Caller, Watch, forge, start

FORGED = [None, "forged", {"uid": 1, "su": True, "install_mode": True, "mes_quality_checked": True}]
# (role, model, method, what is sent); ids are the factory's.
CLOSED = [
    ("operator", "mes.pull.loop", "write", {"vals": {"card_count": 999}}),
    ("stock", "mes.pull.loop", "write", {"vals": {"overrun_policy": "allow"}}),
    ("pull_manager", "mes.pull.withdrawal", "write", {"vals": {"quantity": 1}}),
    ("pull_manager", "mes.pull.signal", "write", {"vals": {"state": "done"}}),
    ("pull_manager", "mes.pull.change", "create", {"vals_list": [{"action": "reduced"}]}),
    ("pull_manager", "mes.pull.override", "create", {"vals_list": [{"reason": "because", "kind": "overrun"}]}),
    ("pull_manager", "mes.pull.excess", "write", {"vals": {"remaining_qty": 0}}),
    ("pull_manager", "mes.pull.overtime", "write", {"vals": {"state": "undone"}}),
    ("mrp", "mrp.workcenter", "write", {"vals": {"mes_wip_cap_jobs": 99}}),
    ("mrp", "mrp.production", "write", {"vals": {"mes_release_state": "released"}}),
    ("mrp", "mrp.production", "write", {"vals": {"mes_pull_state": "normal"}}),
    ("mrp", "mrp.production", "action_mes_override", {"reason": "because"}),
    ("stock", "stock.lot", "write", {"vals": {"mes_quality_state": "released"}}),
    ("quality_manager", "stock.lot", "write", {"vals": {"mes_quality_state": "released"}}),
    ("stock", "stock.lot", "action_mes_release", {"reason": "because"}),
    ("inspector", "mes.quality.hold", "write", {"vals": {"state": "lifted"}}),
    ("quality_manager", "mes.quality.hold", "write", {"vals": {"state": "lifted"}}),
    ("quality_manager", "mes.quality.hold", "unlink", {}),
    ("quality_manager", "mes.quality.hold.event", "create", {"vals_list": [{}]}),
    ("quality_manager", "mes.quality.disposition", "write", {"vals": {"state": "approved"}}),
    ("quality_manager", "mes.quality.disposition", "unlink", {}),
    ("quality_manager", "mes.quality.disposition.event", "create", {"vals_list": [{}]}),
    ("quality_manager", "mes.quality.disposition.line", "write", {"vals": {"state": "done"}}),
    ("quality_manager", "mes.quality.inspection", "write", {"vals": {"state": "passed"}}),
    ("quality_manager", "mes.quality.inspection", "unlink", {}),
    ("quality_manager", "mes.quality.recall", "write", {"vals": {"received_qty": 1}}),
    ("quality_manager", "mes.quality.recall", "unlink", {}),
    ("inspector", "mes.quality.recall.notice", "unlink", {}),
    ("aging", "mes.aging.policy", "write", {"vals": {"purchase_policy": "free"}}),
    ("aging", "mes.aging.alert", "write", {"vals": {"state": "closed"}}),
    ("aging_manager", "mes.aging.alert", "write", {"vals": {"state": "closed"}}),
    ("aging_manager", "mes.aging.clearance", "write", {"vals": {"state": "done"}}),
    ("aging_manager", "mes.aging.clearance", "unlink", {}),
    ("aging_manager", "mes.aging.clearance.line", "write", {"vals": {"state": "done"}}),
    ("aging_manager", "mes.aging.override", "create", {"vals_list": [{"reason": "because"}]}),
    ("purchase", "purchase.order", "action_mes_override", {"reason": "because"}),
    ("purchase", "mes.aging.purchase.proposal", "write", {"vals": {"quantity": 0}}),
]
FROZEN = """
    SELECT q.id, q.product_id, q.lot_id, q.location_id, q.quantity FROM stock_quant q
      JOIN stock_location l ON l.id = q.location_id AND l.usage = 'internal'
     WHERE q.mes_is_frozen AND q.lot_id IS NOT NULL AND q.quantity > 0 AND q.company_id = %s ORDER BY q.id LIMIT 1
"""


class Attacker:
    def __init__(self, server, world, seed):
        self.caller, self.watch, self.world = Caller(server), Watch(server["database"]), world
        self.keys = world["keys"]["here"]
        self.context = forge(random.Random(seed))
        self.found = []

    def send(self, role, model, method, body, context):
        """Return the status of one call, and its answer."""
        forged = self.context if context == "forged" else context
        status, text = self.caller(self.keys[role], model, method, {**body, **({"context": forged} if forged else {})})
        return status, text

    def try_closed(self, role, model, method, body, context):
        ids = {} if "vals_list" in body else {"ids": self.world["ids"][model][:1]}
        since = self.watch.now()
        status, text = self.send(role, model, method, {**ids, **body}, context)
        touched = self.watch.touched(self.watch.committed(since)) if status < 400 else {}
        if touched or status >= 500:
            self.found.append(
                f"{role}: {model}.{method} {body} with context {context}: {status}, {touched} {text[:300]}"
            )

    def try_frozen(self, context):
        """Count, ship and scrap a frozen lot as one who works in the warehouse; its quantity must stay."""
        quant, product, lot, place, quantity = self.watch.ask(FROZEN, self.world["company"])[0]
        self.send("stock", "stock.quant", "write", {"ids": [quant], "vals": {"inventory_quantity": 0}}, context)
        self.send("stock", "stock.quant", "action_apply_inventory", {"ids": [quant]}, context)
        self.send("stock", "stock.quant", "write", {"ids": [quant], "vals": {"quantity": 0}}, context)
        scrap = {"product_id": product, "lot_id": lot, "location_id": place, "scrap_qty": 1}
        self.run_document("stock.scrap", scrap, "action_validate", context)
        ((kind, customers),) = self.watch.ask(
            "SELECT w.out_type_id, l.id FROM stock_warehouse w, stock_location l"
            " WHERE w.company_id = %s AND l.usage = 'customer' ORDER BY w.id, l.id LIMIT 1",
            self.world["company"],
        )
        places = {"location_id": place, "location_dest_id": customers}
        line = {"product_id": product, "lot_id": lot, "quantity": 1, "picked": True, **places}
        move = {"product_id": product, "product_uom_qty": 1, "move_line_ids": [[0, 0, line]], **places}
        picking = {"picking_type_id": kind, "move_ids": [[0, 0, move]], **places}
        self.run_document("stock.picking", picking, "button_validate", context)
        left = self.watch.ask(
            "SELECT SUM(quantity) FROM stock_quant WHERE lot_id = %s AND location_id = %s", lot, place
        )
        if left[0][0] != quantity:
            self.found.append(f"frozen stock went from {quantity} to {left[0][0]} with context {context}")

    def run_document(self, model, vals, method, context):
        status, text = self.send("stock", model, "create", {"vals_list": [vals]}, context)
        if status == 200:
            self.send("stock", model, method, {"ids": json.loads(text)}, context)


def attack(database, seed, world):
    """Return what was not refused, as texts."""
    server = start(database)
    try:
        attacker = Attacker({"url": server.url, "database": database}, world, seed)
        for context in FORGED:
            for one in CLOSED:
                attacker.try_closed(*one, context)
            attacker.try_frozen(context)
        return attacker.found
    finally:
        server.kill()
