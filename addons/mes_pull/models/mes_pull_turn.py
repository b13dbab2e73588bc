"""One scan, one transaction: who is next, and what happens when two are at once."""

import logging
import random
import time
from contextlib import contextmanager

from psycopg2 import IntegrityError, OperationalError, errors

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL

from ..const import PRODUCT_LOCK_CLASS, SCAN_TRIES, VENDOR_LOCK_CLASS

_logger = logging.getLogger(__name__)

# Of two transactions the later one is told so by one of these and may simply try again.
_CONFLICTS = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.UniqueViolation,
)

# The two keys of several advisory locks, as arrays; `unnest` keeps their order.
_LOCK = "SELECT pg_advisory_lock(c, i) FROM unnest(%s::int4[], %s::int4[]) AS keys(c, i)"
_UNLOCK = "SELECT pg_advisory_unlock(c, i) FROM unnest(%s::int4[], %s::int4[]) AS keys(c, i)"


class MesPullTurn(models.AbstractModel):
    """Runs a scan so that many scanners on one loop neither lose nor double anything, and nobody waits long.

    A scan that arrives by itself (a request that has written nothing yet) owns its transaction: it waits for its
    turn at the loop, begins on a fresh snapshot, commits, and is repeated at once after a conflict. A scan in the
    middle of somebody else's transaction runs inside it, behind a savepoint; Odoo's own retry covers it there.
    """

    _name = "mes.pull.turn"
    _description = "Turns at the Pull Loops"

    @api.model
    def _run(self, loop, work):
        """Return ``work()``, which books one scan at ``loop`` or raises a `UserError`; then nothing is booked."""
        if not self._owns_transaction():
            with self.env.cr.savepoint():
                return work()
        with self._turn(loop):
            return self._repeat(work)

    def _owns_transaction(self):
        """Return whether this transaction belongs to this call alone: an RPC request that has written nothing."""
        if not request or request.env is None or request.env.cr is not self.env.cr:
            return False
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT pg_current_xact_id_if_assigned()"))
        return self.env.cr.fetchone()[0] is None

    @contextmanager
    def _turn(self, loop):
        """Hold the loop's turn: locks of the session, because a lock of the transaction ends with its snapshot."""
        classes, ids = zip(*self._get_turn_keys(loop), strict=True)
        keys = (list(classes), list(ids))
        try:
            self.env.cr.execute(SQL(_LOCK, *keys))
            self._begin_again()
            yield
        finally:
            self.env.cr.rollback()  # ends what an error left open; after a commit there is nothing to roll back
            self.env.cr.execute(SQL(_UNLOCK, *keys))

    def _get_turn_keys(self, loop):
        """Return what two scans must not change at once, in the order in which everybody waits for it.

        That is the loop's product, and what loops share in their orders: the components that a manufacturing
        order reserves, the vendor whose quotation grows. Without these, scans at loops that share steel would
        fail to serialise again and again.

        :rtype: list[tuple[int, int]]
        """
        products, vendors = loop.product_id, self.env["res.partner"]
        if loop.supply_method == "manufacture":
            products |= loop._get_bom().bom_line_ids.product_id
        elif loop.supply_method == "buy":
            vendors = loop.product_id.seller_ids[:1].partner_id
        keys = [(PRODUCT_LOCK_CLASS, product_id) for product_id in sorted(products.ids)]
        return keys + [(VENDOR_LOCK_CLASS, vendor_id) for vendor_id in vendors.ids]

    def _repeat(self, work):
        number = 0
        while True:
            number += 1
            try:
                answer = work()
                self.env.flush_all()
                self.env.cr.commit()  # pylint: disable=invalid-commit  # a scan is one transaction, see the class
                return answer
            except UserError:
                self._begin_again()
                raise
            except (IntegrityError, OperationalError) as error:
                self._begin_again()
                if not isinstance(error, _CONFLICTS) or number == SCAN_TRIES:
                    raise
                _logger.info("Scan repeated after %s (try %s)", type(error).__name__, number)
                time.sleep(random.uniform(0.0, 0.02 * number))

    def _begin_again(self):
        """Forget this transaction, which has booked nothing, and go on with a fresh snapshot."""
        self.env.cr.rollback()
        self.env.transaction.reset()
