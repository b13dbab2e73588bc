"""A streaming replica reads for the screens: what it takes over, what happens when it lags, is cut off or gone.

Two PostgreSQL servers, Odoo with workers and the options `db_replica_host` and `db_replica_port`; each server logs
every statement, so that it is seen which of the two has answered.

1. The boards, the ages and the genealogy are read from the replica, and nothing of them from the primary.
2. What is scanned is on the board at once.
3. Replay paused, the replica cut off from the primary, the replica gone: the boards show the present all the same.
4. Twenty viewers beside scanners, with and without the replica: what it takes off the primary.
"""

import copy
import itertools
import time

from _cluster import move_in, running
from _plant_checks import check_plant, check_scans
from _plant_support import Call, Measure, check_log, cpu, make_scans, making_plant, run_at_once, serving, tell, tree
from mes_cli import databases
from mes_cli.say import note

WORKERS, VIEWERS = 2, 20
PATIENCE = 3.0  # seconds after which a replica that doesn't follow is seen to lag; see replica.py of the addons
GONE = ("Failed to open a readonly cursor", "connection to server", "terminating connection", "server closed")


def run(campaign):
    """Run the campaign; what it finds is noted in it."""
    logged = {"log_statement": "'all'"}
    with making_plant(campaign) as made, running(campaign, "primary", settings=logged) as primary:
        plant, options = move_in(campaign, made, primary)
        with serving(campaign, plant, WORKERS, **options) as server:
            without = watch(campaign, plant, server, "20 viewers without a replica")
        with running(campaign, "replica", primary=primary) as replica:
            options |= {"db_replica_host": replica.host, "db_replica_port": replica.port}
            with serving(campaign, plant, WORKERS, **options) as server:
                pair = Pair(campaign, plant, server, primary, replica)
                check_reads(pair)
                check_present(pair, "a replica that follows", reads="replica")
                took_over = watch(campaign, plant, server, "20 viewers with a replica", replica)
                check_lags(pair)
                check_log(campaign, server, GONE)
                check_plant(campaign, "replica", plant, plant.client(server, "viewer"), quiet=True)
        note(f"  PostgreSQL's time a view: {without:.0f} ms of the primary; with the replica {took_over:.0f} ms")


class Pair:
    """The two servers, what each was asked, and the clients."""

    def __init__(self, campaign, plant, server, primary, replica) -> None:
        self.campaign, self.plant, self.server = campaign, plant, server
        self.servers = {"primary": primary, "replica": replica}
        self.viewer, self.operator = plant.client(server, "viewer"), plant.client(server, "operator")
        self.scans = 0

    def query(self, name, statement):
        """Rows of a statement on one of the servers."""
        ready = copy.copy(self.campaign.ready)
        ready.pg = self.servers[name]
        return databases.query(ready, statement, self.plant.database)

    def ask(self, model, method, marker, **arguments):
        """Call, and return the answer with the names of the servers that were asked about the table ``marker``."""
        before = {name: one.log.stat().st_size for name, one in self.servers.items()}
        answer = self.viewer(model, method, **arguments)
        time.sleep(0.1)
        asked = set()
        for name, one in self.servers.items():
            with one.log.open(errors="replace") as log:
                log.seek(before[name])
                if marker in log.read():
                    asked.add(name)
        return answer, asked

    def scan(self):
        """Scan a piece at the first loop. Return how many must be left there."""
        loop = self.plant.loops[0]
        self.scans += 1
        answer = self.operator(
            "mes.pull.station", "scan", barcode=loop["barcode"], quantity=1, scan_key=f"replica {self.scans}"
        )
        self.campaign.check(answer["status"] == "ok", f"replica: a scan was refused: {answer['message']}")
        place = f"location_id = {loop['market_id']}"
        return float(self.query("primary", f"SELECT SUM(quantity) FROM stock_quant WHERE {place}")[0][0])

    def wait_until_replayed(self):
        """Return after how many seconds the replica has replayed what the primary has written until now."""
        start = time.monotonic()
        (position,) = self.query("primary", "SELECT pg_current_wal_lsn()")[0]
        while self.query("replica", f"SELECT pg_last_wal_replay_lsn() >= '{position}'") != [["t"]]:
            if time.monotonic() - start > 30:
                break
            time.sleep(0.01)
        return time.monotonic() - start


def check_reads(pair):
    """What reads only is answered by the replica alone."""
    check = pair.campaign.check
    check(pair.query("replica", "SELECT pg_is_in_recovery()") == [["t"]], "the replica is none")
    lots = [pair.plant["rounds"][0]["lot_id"]]
    reads = [
        ("mes.pull.loop", "get_board", "mes_pull_signal", {}),
        ("mes.pull.slot", "get_hours", "mes_pull_slot", {"date": "2027-03-28"}),
        ("mes.pull.call", "get_calls", "mes_pull_call", {}),
        ("mes.quality.board", "get_board", "mes_quality_hold", {}),
        ("mes.aging.board", "get_board", "stock_quant", {}),
        ("mes.aging.board", "get_rows", "stock_quant", {}),
        ("mes.aging.layer", "search_read", "stock_quant", {"domain": [], "fields": ["product_id", "age_days"]}),
        ("mes.quality.genealogy", "trace_forward", "stock_move_line", {"lot_ids": lots}),
        ("mes.quality.genealogy", "trace_backward", "stock_move_line", {"lot_ids": lots}),
    ]
    for model, method, marker, arguments in reads:
        _answer, asked = pair.ask(model, method, marker, **arguments)
        note(f"    {model}.{method}: {' and '.join(sorted(asked)) or 'nobody'}")
        check(asked == {"replica"}, f"replica: {model}.{method} was read from {asked}")


def check_present(pair, title, reads):
    """The board shows the last scan. :param str reads: which server it must have read"""
    left = pair.scan()
    if reads == "replica":
        note(f"  {title}: replayed {1000 * pair.wait_until_replayed():.0f} ms after the scan was answered")
    else:
        time.sleep(PATIENCE)
    domain = [["id", "=", pair.plant.loops[0]["id"]]]
    board, asked = pair.ask("mes.pull.loop", "get_board", "mes_pull_signal", domain=domain)
    shown = board["loops"][0]["on_hand"]
    note(f"  {title}: the board read from the {' and '.join(asked)}")
    pair.campaign.check(shown == left, f"{title}: the board shows {shown:g}, {left:g} are there")
    pair.campaign.check(reads in asked, f"{title}: the board read from {asked}")


def check_lags(pair):
    """Nobody sees what is out of date, whatever happens to the replica."""
    pair.query("replica", "SELECT pg_wal_replay_pause()")
    check_present(pair, "replay paused", reads="primary")
    pair.query("replica", "SELECT pg_wal_replay_resume()")
    pair.wait_until_replayed()
    check_present(pair, "replay resumed", reads="replica")
    source = pair.query("replica", "SHOW primary_conninfo")[0][0]
    configure(pair, "")
    check_present(pair, "the replica cut off", reads="primary")
    configure(pair, source)
    pair.wait_until_replayed()
    check_present(pair, "the replica connected again", reads="replica")
    pair.servers["replica"].stop()
    check_present(pair, "the replica gone", reads="primary")


def configure(pair, source):
    """Say where the replica gets its data from."""
    source = source.replace("'", "''")
    pair.query("replica", f"ALTER SYSTEM SET primary_conninfo = '{source}'")
    pair.query("replica", "SELECT pg_reload_conf()")
    limit = time.monotonic() + 10
    wanted = "t" if source else "f"
    while pair.query("replica", "SELECT EXISTS (SELECT FROM pg_stat_wal_receiver)") != [[wanted]]:
        assert time.monotonic() < limit, "the replica's receiver doesn't follow its settings"
        time.sleep(0.1)


def watch(campaign, plant, server, name, replica=None):
    """Boards beside scanners. Return the primary's processor time a view in ms, without what the scans take."""
    viewer = plant.client(server, "viewer")
    boards = (("mes.pull.loop", "get_board"), ("mes.aging.board", "get_board"), ("mes.quality.board", "get_board"))
    number = VIEWERS * (3 if campaign.short else 15)
    calls = [Call(viewer, *board, {}) for board in itertools.islice(itertools.cycle(boards), number)]
    for call in calls[: 2 * WORKERS * len(boards)]:  # what every new worker does once
        call.send()
    before = cpu(tree(replica.process.pid)) if replica else 0
    with Measure(server) as measure:
        run_at_once([call.send for call in calls], VIEWERS)
    tell(name, [call.seconds for call in calls], measure)
    if replica:
        note(f"    and {1000 * (cpu(tree(replica.process.pid)) - before) / number:.0f} ms a view of the replica")
    failed = [call.error for call in calls if call.error]
    campaign.check(not failed, f"{name}: {len(failed)} boards failed: {failed[:1]}")
    scans = make_scans(campaign, plant, name, 8)
    operator = plant.client(server, "operator")
    jobs = [call.send for call in calls] + [lambda one=one: one.send(operator) for one in scans]
    campaign.random.shuffle(jobs)
    run_at_once(jobs, VIEWERS + 4)
    check_scans(campaign, name, plant, scans)
    return 1000 * measure.postgres / number
