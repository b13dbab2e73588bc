"""What the benches share: a figure's limit is a ratio to something measured in the same run."""

import contextlib
import json
import math
import os
import statistics
import time
from pathlib import Path


def reset(env) -> None:
    """Begin as a new request does: committed, with empty caches of records (not of the registry)."""
    env.cr.commit()
    env.transaction.reset()


def measure(env, work) -> tuple[int, float, float]:
    """Run ``work()`` as a request of its own. Return its queries, seconds, and seconds of this process's CPU."""
    reset(env)
    queries, wall, cpu = env.cr.sql_log_count, time.perf_counter(), time.process_time()
    work()
    env.cr.commit()
    return env.cr.sql_log_count - queries, time.perf_counter() - wall, time.process_time() - cpu


def interleave(env, works: dict, rounds: int, warm_up: int = 3) -> dict[str, tuple[float, float, float]]:
    """Measure the works in turns, so that a busy machine is busy for all of them. Return the medians by name."""
    found = {name: [] for name in works}
    for number in range(warm_up + rounds):
        for name, work in works.items():
            figures = measure(env, work)
            if number >= warm_up:
                found[name].append(figures)
    return {name: tuple(map(statistics.median, zip(*figures, strict=True))) for name, figures in found.items()}


def get_cpu(env) -> float:
    """CPU seconds so far of this process and of the database process, on this machine, that serves it."""
    server = Path(f"/proc/{env.cr.connection.get_backend_pid()}/schedstat").read_text().split()[0]
    return time.process_time() + int(server) / 1e9


def get_growth(small: tuple[float, float], large: tuple[float, float]) -> float:
    """Exponent of growth between two (size, seconds): 1 when the time grows as the size does.

    >>> round(get_growth((100, 2.0), (400, 8.0)), 6)
    1.0
    """
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def vacuum(env) -> None:
    """Do what PostgreSQL does by itself in the background: clean up, and count again how the data is spread."""
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    try:
        env.cr.execute("VACUUM ANALYZE")
    finally:
        connection.autocommit = False


def keep(name: str, rows: list) -> list:
    """Write the rows to the ignored folder, for comparison with other runs. Return them."""
    home = os.environ.get("MES_HOME")
    if home:
        folder = Path(home) / "bench"
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
            names = ("what", "figure", "unit", "limit")
            found = [dict(zip(names, row, strict=True)) for row in rows]
            (folder / f"{name}.json").write_text(json.dumps(found, indent=1))
    return rows
