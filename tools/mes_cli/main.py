"""The command line: which command, its options, and how a failure is told."""

from __future__ import annotations

import argparse
import sys

from .say import MesError


def add_run(commands) -> None:
    run = commands.add_parser("run", help="set up, create the demonstration factory, serve it")
    run.add_argument("--stop", action="store_true", help="end what run started")
    run.add_argument("--reset", action="store_true", help="make the factory anew")
    run.add_argument("--detach", action="store_true", help="serve in the background")
    run.add_argument("--lang", metavar="CODE", help="language of all users, e.g. zh_CN or en_US")
    run.add_argument("--port", type=int, default=8069, help="default %(default)s; loopback only")


def add_test(commands) -> None:
    test = commands.add_parser("test", help="lint and all tests")
    test.add_argument("-k", metavar="NAME", dest="name", help="only tests whose name matches")
    test.add_argument("--lint-only", action="store_true")
    test.add_argument("--no-lint", action="store_true")
    test.add_argument("-n", metavar="N", dest="jobs", type=int, help="test processes")
    test.add_argument("paths", nargs="*", help="files or folders; default: everything")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="mes", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_run(commands)
    add_test(commands)
    commands.add_parser("setup", help="only fetch and install what is missing")
    lint = commands.add_parser("lint", help="lint and format checks")
    lint.add_argument("--fix", action="store_true", help="mend what can be mended")
    bench = commands.add_parser("bench", help="measure: tests/bench/*.py")
    bench.add_argument("names", nargs="*")
    campaign = commands.add_parser("campaign", help="long tests on databases of their own: tests/campaigns/*.py")
    campaign.add_argument("name")
    campaign.add_argument("--seed", type=int, help="default: a new one, which is shown")
    campaign.add_argument("--short", action="store_true", help="the most important part only")
    shell = commands.add_parser("shell", help="Odoo's shell on the demonstration database")
    shell.add_argument("arguments", nargs=argparse.REMAINDER)
    commands.add_parser("i18n", help="export terms and merge them into the translations")
    peers = commands.add_parser("peers", help="Odoo's own stock and mrp suites beside our addons")
    peers.add_argument("--baseline", action="store_true", help="record what fails without ours")
    peers.add_argument("modules", nargs="*")
    return top


def dispatch(arguments) -> int:
    """Run one command. Modules are imported here so that each command starts quickly."""
    if arguments.command == "run":
        from . import serve

        return serve.run(arguments)
    if arguments.command in ("test", "lint"):
        from . import testing

        return getattr(testing, arguments.command)(arguments)
    if arguments.command == "peers":
        from . import peers

        return peers.run(arguments)
    if arguments.command == "campaign":
        from . import campaigns

        return campaigns.run(arguments)
    from . import chores

    name = "setup_command" if arguments.command == "setup" else arguments.command
    return getattr(chores, name)(arguments)


def main(arguments: list[str]) -> int:
    try:
        return dispatch(parser().parse_args(arguments))
    except MesError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nmes: interrupted", file=sys.stderr)
        return 130
