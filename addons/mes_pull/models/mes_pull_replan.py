"""An order that changes changes the plan of every level at once: who notices it, and what is done about it."""

from contextlib import contextmanager
from weakref import WeakKeyDictionary

from odoo import api, models
from odoo.tools import SQL

from ..tools.replan import choose_cuts

# Per cursor: what was lost in the operation that is going on. Odoo changes one thing in many small writes; the plan
# is looked at when the outermost of them is over.
_OPERATIONS = WeakKeyDictionary()

# A plan has as many levels as its bills of material; more rounds than this would be a circle.
ROUNDS = 50


class Operation:
    """What lost demand in the operation that is going on, and why.

    ``lost`` maps (product id, warehouse id) to the quantity that customers or production ask less, in the product's
    unit of measure.
    """

    def __init__(self):
        self.depth = 0
        self.lost = {}
        self.has_loss = False  # more demand alone changes nothing here: procurement sees to it
        self.cause = None  # (reason, sale order lines)

    def add(self, product, warehouse, quantity=0.0):
        key = product.id, warehouse.id
        self.lost[key] = self.lost.get(key, 0) + quantity

    def look_at(self, product, warehouse):
        """Look at the plan of a product, whatever was lost of it."""
        self.add(product, warehouse)
        self.has_loss = True

    def take(self):
        lost, self.lost, self.has_loss = self.lost, {}, False
        return lost


class MesPullReplan(models.AbstractModel):
    """Takes supply back that nobody asks for any more, level by level, in the transaction that lost the demand.

    ::

        what gives back         not started            started, or too late for the whole     made already
        manufacturing order     reduced; parked when   what was counted stays, the rest is    proposal: surplus
                                nothing is left        split off and parked
        quotation               reduced or removed     -                                      -
        purchase order          proposal to its owner  proposal                               -
        edited by hand          proposal               proposal                               proposal

    A *parked* order is a draft that is paused: no reservation, no machine time, no demand for its components. The
    next demand for its product takes it up again before anything new is ordered.

    Many records at once: one statement for the figures of all products of a round; a round is a level.
    """

    _name = "mes.pull.replan"
    _description = "Plan Changes at Once"

    # -- what is going on ---------------------------------------------------------------------------------------

    @api.model
    def _get_operation(self):
        return _OPERATIONS.setdefault(self.env.cr, Operation())

    @api.model
    @contextmanager
    def _operation(self, reason=None, sale_lines=None, later=False):
        """Hold the plan still until the outermost operation is over, then reconcile what lost demand in it.

        :param str reason: kept in the records of the changes; that of the outermost operation that gives one
        :param sale_lines: the ``sale.order.line`` records whose change it is
        :param bool later: where this is the outermost operation, the net looks at it: nobody in particular asked for
            less, a program ran a procurement
        """
        operation = self._get_operation()
        operation.depth += 1
        mine = reason is not None and operation.cause is None
        if mine:
            operation.cause = reason, sale_lines or self.env["sale.order.line"]
        try:
            yield operation
            if operation.depth == 1 and operation.has_loss and not later:
                self.sudo()._reconcile(operation)
        finally:
            operation.depth -= 1
            if mine:
                operation.cause = None
            if not operation.depth:
                _OPERATIONS.pop(self.env.cr, None)

    @api.model
    def _note_loss(self, moves, quantities=None):
        """Note that these moves ask for less than before.

        :param quantities: how much less by move, in the products' units; negative where they ask for more, so that
            what is only moved from one move to another is no loss
        """
        if not moves:
            return
        with self._operation() as operation:
            for move in moves:
                warehouse, quantity = move.location_id.warehouse_id, quantities.get(move, 0.0)
                if warehouse:
                    operation.add(move.product_id, warehouse, quantity if move._mes_is_final_demand() else 0.0)
                    operation.has_loss |= quantity > 0

    # -- what is done about it ----------------------------------------------------------------------------------

    @api.model
    def _reconcile(self, operation):
        """Take back what is too much for all that lost demand, then for what that takes the demand from."""
        for _round in range(ROUNDS):
            lost = operation.take()
            if not lost:
                return
            self._reconcile_round(lost, operation)

    def _reconcile_round(self, lost, operation):
        products = self._get_supplied_products({product_id for product_id, _warehouse in lost})
        if not products:
            return
        orders = self._get_orders(products)
        lines = self._get_purchase_lines(products)
        proposed = self.env["mes.pull.change"].search([("product_id", "in", products.ids), ("state", "=", "proposed")])
        concerned = (orders.product_id | lines.product_id | proposed.product_id).ids
        keys = sorted(key for key in lost if key[0] in concerned or (lost[key] > 0 and key[0] in products.ids))
        if not keys:
            return
        self.env["mes.pull.limit"]._lock({("product", product_id) for product_id, _warehouse in keys})
        figures = self._get_figures(keys)
        asked = self.env["mes.pull.change"]  # proposals that stand
        for key in keys:
            product = self.env["product.product"].browse(key[0])
            surplus, given = figures[key], 0.0
            for documents in (orders, lines.exists()):
                mine = documents.filtered(lambda document, key=key: document._mes_get_replan_key() == key)
                cut, proposals = self._cut(mine, surplus, operation)
                surplus, given = surplus - cut, given + cut
                asked |= proposals
            left = min(surplus, lost[key] - given)
            if product.uom_id.compare(left, 0) > 0:
                self._flag_surplus(product, key[1], left, operation)
        asked._drop_others(keys)

    def _cut(self, documents, surplus, operation):
        """Take up to ``surplus`` back from orders or purchase lines.

        :return: how much they bring less, or would; and the proposals for those about which a person decides
        """
        proposals = self.env["mes.pull.change"]
        if not documents or surplus <= 0:
            return 0.0, proposals
        supplies = [document._mes_get_supply(documents) for document in documents]
        before = {supply.key: supply.quantity for supply in supplies}
        cuts = choose_cuts(supplies, surplus)
        for document in documents.filtered(lambda document: document.id in cuts):
            proposals |= document._mes_cut(before[document.id], cuts[document.id], operation.cause)
        return sum(before[key] - after for key, after in cuts.items()), proposals

    def _flag_surplus(self, product, warehouse_id, quantity, operation):
        """Tell the owner that pieces are there, or nearly, that nobody asks for any more."""
        warehouse = self.env["stock.warehouse"].browse(warehouse_id)
        self.env["mes.pull.change"]._propose_surplus(product, warehouse, quantity, operation.cause)

    @api.model
    def _get_supplied_products(self, product_ids):
        """Return those of the products for which something was ever made or bought for demand: others have no plan."""
        domain = [("product_id", "in", list(product_ids)), ("mes_is_procured", "=", True)]
        products = self.env["product.product"]
        for model in ("mrp.production", "purchase.order.line"):
            products = products.union(*(row[0] for row in self.env[model].sudo()._read_group(domain, ["product_id"])))
        return products

    # -- what may give back -------------------------------------------------------------------------------------

    @api.model
    def _get_orders(self, products):
        """Return the orders that may give back, in the order in which they do: what has not started, the latest first.

        Those are orders made for demand that bring more than their own demand needs; loops see to their own.
        """
        rows = self.env.execute_query(self._get_orders_query(products))
        orders = self.env["mrp.production"].sudo().browse(order_id for (order_id,) in rows)
        return orders.sorted(
            lambda mo: (
                not mo._mes_is_started(),
                mo.mes_release_state != "released",
                mo.date_deadline or mo.date_start,
                mo.id,
            ),
            reverse=True,
        )

    @api.model
    def _get_purchase_lines(self, products):
        """Return the open purchase lines that procurement made: quotations first, the latest first."""
        lines = (
            self.env["purchase.order.line"]
            .sudo()
            .search(
                [
                    ("product_id", "in", products.ids),
                    ("mes_is_procured", "=", True),
                    ("mes_loop_id", "=", False),
                    ("state", "not in", ("done", "cancel")),
                ]
            )
        )
        open_lines = lines.filtered(lambda line: line._mes_get_open_qty() > 0)
        return open_lines.sorted(lambda line: (line.state != "purchase", line.date_planned, line.id), reverse=True)

    # -- the net ------------------------------------------------------------------------------------------------

    @api.model
    def _cron_reconcile(self):
        """Look at every product with orders made for demand: imports and other addons may pass beside the events.

        A second run changes nothing.
        """
        Production = self.env["mrp.production"].sudo()
        domain = [("mes_is_procured", "=", True), ("mes_loop_id", "=", False), ("state", "not in", ("done", "cancel"))]
        keys = set()
        for product, picking_type in Production._read_group(domain, ["product_id", "picking_type_id"]):
            keys.add((product, picking_type.warehouse_id))
        lines = (
            self.env["purchase.order.line"]
            .sudo()
            .search([("mes_is_procured", "=", True), ("state", "not in", ("done", "cancel"))])
        )
        keys |= {(line.product_id, line.order_id.picking_type_id.warehouse_id) for line in lines}
        with self._operation(self.env._("Periodic check")) as operation:
            for product, warehouse in keys:
                if warehouse:
                    operation.look_at(product, warehouse)

    @api.model
    def _adopt_supply(self):
        """Take orders and purchases that procurement made before this addon knew them for made to demand."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("""
            UPDATE mrp_production mo SET mes_is_procured = TRUE
             WHERE mo.mes_is_procured IS NOT TRUE AND mo.state NOT IN ('done', 'cancel')
               AND (mo.orderpoint_id IS NOT NULL OR mo.mes_loop_id IS NOT NULL OR EXISTS (
                    SELECT FROM stock_move m
                      JOIN stock_move_move_rel r ON r.move_orig_id = m.id
                      JOIN stock_move d ON d.id = r.move_dest_id AND d.procure_method = 'make_to_order'
                     WHERE m.production_id = mo.id))
            """)
        )
        self.env.cr.execute(
            SQL("""
            UPDATE purchase_order_line line SET mes_is_procured = TRUE
             WHERE line.mes_is_procured IS NOT TRUE
               AND (line.orderpoint_id IS NOT NULL OR EXISTS (
                    SELECT FROM stock_move_created_purchase_line_rel r WHERE r.created_purchase_line_id = line.id))
            """)
        )
        self.env["mrp.production"].invalidate_model(["mes_is_procured"])
        self.env["purchase.order.line"].invalidate_model(["mes_is_procured"])
