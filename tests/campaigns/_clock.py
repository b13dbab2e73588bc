"""Clocks: nights in which summer time begins or ends, and a machine whose clock jumps by hours."""

import contextlib
import copy
import time

from _plant_checks import check_plant
from _plant_support import check_log, serving, wait_for_service
from mes_cli import apt, debs
from mes_cli.paths import HOME
from mes_cli.say import MesError, note
from support import Json2Error

OFFSETS = ("+2h", "-3h", "+25h", "+0", "-1h")
# A slot of the order's night shifts: its hours by the clock on the wall, and how long it really is.
SLOTS = """
    SELECT EXTRACT(epoch FROM date_start AT TIME ZONE 'utc' AT TIME ZONE 'Europe/Berlin')::bigint % 86400,
           EXTRACT(epoch FROM date_stop - date_start), planned_qty,
           date_start < LAG(date_stop) OVER (ORDER BY date_start)
      FROM mes_pull_slot WHERE production_id = {} ORDER BY date_start
"""


def check_clock_changes(campaign, plant, server):
    """Orders planned over those nights: each piece in one slot, each slot inside the shift and an hour at most."""
    planner = plant.client(server, "viewer")
    for night in plant["nights"]:
        name = f"work planned over {night['date']}"
        with contextlib.suppress(Json2Error):  # a slow machine's answer to the first try may be a conflict
            planner("mrp.production", "button_plan", ids=[night["order"]])
        slots = plant.rows(SLOTS.format(night["order"]))
        made = sum(float(quantity) for _start, _length, quantity, _overlaps in slots)
        first = sum(float(slot[1]) for slot in slots[: night["hours"]]) / 3600
        note(f"  {name}: {len(slots)} slots, {made:g} pieces")
        campaign.check(made == night["pieces"], f"{name}: {made:g} of {night['pieces']} pieces planned")
        campaign.check(first == night["hours"], f"{name}: {first:g} hours in the first {night['hours']} slots")
        for start, length, _quantity, overlaps in slots:
            inside = float(start) < 8 * 3600 and 0 < float(length) <= 3600
            campaign.check(inside and overlaps != "t", f"{name}: a slot of {length} s at {start} s of the day")


def find_faketime():
    """Return Debian's libfaketime, unpacked privately; nothing when none can be had."""
    folder = HOME / "faketime"
    if not list(folder.rglob("libfaketimeMT.so.1")):
        try:
            for file in apt.fetch_closure(["libfaketime"]):
                debs.unpack(file, folder)
                file.unlink()
        except (MesError, OSError) as error:
            note(f"  the clock doesn't jump: no libfaketime ({error})")
            return None
    return next(folder.rglob("libfaketimeMT.so.1"), None)


def jump_clock(campaign, plant, cluster, options, scan):
    """Odoo and PostgreSQL on a clock that jumps while scanners scan."""
    library = find_faketime()
    if not library:
        return
    name, jumps = "clock jumps", list(OFFSETS[:3] if campaign.short else OFFSETS * 3)
    clock = cluster.data.parent / "offset"
    clock.write_text("+0")
    preload = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    cluster.stop()
    cluster.preload = preload
    cluster.start()
    cluster.wait()
    ready = copy.copy(plant.ready)
    ready.env = lambda: {**plant.ready.env(), **preload}
    with serving(campaign, plant, 2, ready=ready, **options) as server:

        def jump():
            time.sleep(2)
            if jumps:
                clock.write_text(jumps.pop(0))

        scan(campaign, plant, plant.client(server, "operator"), name, 24 if campaign.short else 200, jump)
        wait_for_service(plant.client(server, "viewer"))  # the last jump, too, has cost a worker
        told = plant.rows("SELECT MIN(date), MAX(date) FROM mes_pull_withdrawal WHERE scan_key LIKE 'clock%'")
        note(f"    withdrawals are dated {' to '.join(told[0])}")
        check_plant(campaign, name, plant, plant.client(server, "viewer"), quiet=True)
        check_log(campaign, server, ("timeout after",))  # by the clock that jumped
