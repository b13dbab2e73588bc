#!/bin/sh
# Bring the database to what this image holds. Safe to repeat; runs before every
# start of Odoo and ends with an error when anything is missing.
#
#   mes-init                create the database if there is none; upgrade the
#                           modules that are newer here; install the missing ones
#   mes-init upgrade NAMES  the same, and upgrade these modules whatever their
#                           version ("base" means all)
#
# From the environment: PGHOST, PGUSER, PGPASSWORD, PGDATABASE; MES_ADDONS
# (names, commas; empty: every addon of the image), MES_ADMIN_PASSWORD (for a new
# database), MES_LANG (codes, commas), ODOO_WITH_DEMO.
set -eu

root=${MES_ROOT:-/opt/mes}

fail() {
    echo "mes-init: $*" >&2
    exit 1
}

say() {
    echo "mes-init: $*" >&2
}

all_addons() {
    for manifest in "$root"/addons/*/__manifest__.py; do
        [ -f "$manifest" ] && basename "$(dirname "$manifest")"
    done | paste -sd, -
}

has_modules() {
    [ -n "$(psql --no-psqlrc -Atqc "SELECT to_regclass('public.ir_module_module')" 2>/dev/null)" ]
}

[ -n "${PGDATABASE:-}" ] || fail "PGDATABASE is empty: name the database (MES_DB in .env)"
[ -n "${MES_ADMIN_PASSWORD:-}" ] || fail "MES_ADMIN_PASSWORD is empty: set it in .env"
[ "$MES_ADMIN_PASSWORD" != admin ] || fail "MES_ADMIN_PASSWORD: 'admin' is everybody's first guess"

MES_ADDONS=$(printf %s "${MES_ADDONS:-}" | tr -d '[:space:]')
MES_ADDONS=${MES_ADDONS:-$(all_addons)}
[ -n "$MES_ADDONS" ] || fail "no addon below $root/addons: build the image again"
export MES_ADDONS

names=
if [ $# -gt 0 ]; then
    [ "$1" = upgrade ] && [ $# -eq 2 ] || fail "usage: mes-init [upgrade NAME[,NAME…]]"
    names=$2
fi

if has_modules; then
    say "upgrading what is newer in this image"
    odoo module upgrade --outdated all
    if [ -n "$names" ]; then
        say "upgrading $names"
        odoo --workers=0 --no-http --stop-after-init --update="$names"
    fi
else
    say "creating database $PGDATABASE: this takes some minutes"
fi
say "installing $MES_ADDONS, unless installed"
odoo --workers=0 --no-http --stop-after-init --init="$MES_ADDONS"
say "language, password, check"
odoo shell --workers=0 --no-http <"$root/init.py"
say "ready"
