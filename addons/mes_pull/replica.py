"""Reading from a replica of the database without reading what is out of date.

Odoo serves read-only methods from `db_replica_host` where there is one. A replica whose network is cut, that is paused
or that cannot keep up goes on answering, with old figures; `fresh` sends such a call to the primary instead.
"""

import functools

from odoo.tools import SQL

LAG = 2.0  # seconds behind the primary that a reader may not notice
# Of a replica: nothing comes in, or what came in was applied too long ago. An idle primary sends nothing: no lag.
_IS_BEHIND = """
    SELECT pg_is_in_recovery() AND (
           NOT EXISTS (SELECT FROM pg_stat_wal_receiver)
        OR pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
           AND COALESCE(clock_timestamp() - pg_last_xact_replay_timestamp() > make_interval(secs => %s), TRUE))
"""


def is_behind(cr):
    """Return whether this cursor reads a replica that is more than `LAG` seconds behind, or cut off."""
    if not cr.readonly:
        return False
    cr.execute(SQL(_IS_BEHIND, LAG))
    return cr.fetchone()[0]


def fresh(method):
    """Decorate a read-only method of a model: where the replica is behind, the call reads from the primary."""

    @functools.wraps(method)
    def read(self, *args, **kwargs):
        if not is_behind(self.env.cr):
            return method(self, *args, **kwargs)
        with self.env.registry.cursor() as cr:
            return method(self.with_env(self.env(cr=cr)), *args, **kwargs)

    return read
