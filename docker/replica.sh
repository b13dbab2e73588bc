#!/bin/sh
# A streaming replica of the database: copied from the primary at its first start,
# then PostgreSQL itself. Arguments go to PostgreSQL.
#
# From the environment: PGDATA; PGHOST, PGPORT, PGUSER, PGPASSWORD of the primary.
set -eu

slot=mes_replica

if [ ! -e "$PGDATA/mes-copied" ]; then
    echo "replica: copying $PGHOST" >&2
    find "$PGDATA" -mindepth 1 -delete    # what a copy that was cut off has left
    psql --no-psqlrc -Atqd postgres -c "SELECT pg_create_physical_replication_slot('$slot')
        WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$slot')"
    pg_basebackup --pgdata="$PGDATA" --slot=$slot --write-recovery-conf --checkpoint=fast
    chmod 0700 "$PGDATA"
    touch "$PGDATA/mes-copied"
fi

exec postgres -D "$PGDATA" -c hot_standby_feedback=on "$@"
