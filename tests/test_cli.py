"""The project's own command: its decisions, without network and without a database."""

import argparse
import hashlib
import io
import lzma
import os
import socket
import subprocess
import sys
import tarfile
import types
from collections import OrderedDict
from pathlib import Path

import polib
import pytest
from mes_cli import (
    addons,
    apt,
    debs,
    lint,
    main,
    noise,
    odoo_source,
    paths,
    processes,
    python_env,
    say,
    schedule,
    testing,
    translations,
)
from mes_cli.say import MesError

ROOT = Path(__file__).resolve().parents[1]


# Debian packages


def make_deb(content: bytes, compression: str = "xz") -> bytes:
    """A Debian package with one file and one relative link."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode=f"w:{compression}") as tar:
        entry = tarfile.TarInfo("./usr/share/thing/file.txt")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("./usr/share/thing/link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "file.txt"
        tar.addfile(link)
    members = [("debian-binary", b"2.0\n"), (f"data.tar.{compression}", archive.getvalue())]
    result = b"!<arch>\n"
    for name, body in members:
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}`\n"
        result += header.encode() + body + b"\n" * (len(body) % 2)
    return result


@pytest.mark.parametrize("compression", ["xz", "gz"])
def test_unpacks_a_package_without_dpkg(tmp_path, compression):
    deb = tmp_path / "thing_1_all.deb"
    deb.write_bytes(make_deb(b"odd length.", compression))
    debs.unpack_plain(deb, tmp_path / "root")
    assert (tmp_path / "root/usr/share/thing/link.txt").read_bytes() == b"odd length."


def test_what_is_no_package_is_refused(tmp_path):
    file = tmp_path / "page.deb"
    file.write_text("<html>404</html>")
    with pytest.raises(MesError, match="no Debian package"):
        debs.unpack_plain(file, tmp_path)


PACKAGES = """Package: libjs-thing
Version: 1.9-1
Filename: pool/t/libjs-thing_1.9-1_all.deb
SHA256: 11

Package: libjs-thing
Version: 1.10-1
Filename: pool/t/libjs-thing_1.10-1_all.deb
SHA256: 22

Package: libjs-thing-extra
Version: 9
Filename: pool/t/libjs-thing-extra_9_all.deb
SHA256: 33
"""


def test_index_gives_the_newest_of_the_wanted():
    found = debs.parse_index(PACKAGES, {"libjs-thing"})
    assert list(found) == ["libjs-thing"]
    assert found["libjs-thing"]["SHA256"] == "22"


@pytest.mark.parametrize(
    ("older", "newer"),
    [("1.9", "1.10"), ("1.0~rc1", "1.0"), ("2.0", "1:1.0"), ("19.0.0+dfsg-1", "19.0.0+dfsg-1.1")],
)
def test_order_of_versions(older, newer):
    assert debs.version_key(older) < debs.version_key(newer)


class Mirror:
    """Answers like a Debian mirror with one package."""

    def __init__(self, deb: bytes) -> None:
        name = "pool/t/thing_1_all.deb"
        text = f"Package: thing\nVersion: 1\nFilename: {name}\nSHA256: {hashlib.sha256(deb).hexdigest()}\n"
        index = lzma.compress(text.encode())
        path = "main/binary-all/Packages.xz"
        release = f"Origin: Debian\nSHA256:\n {hashlib.sha256(index).hexdigest()} {len(index)} {path}\n"
        self.files = {"dists/sid/InRelease": release.encode(), f"dists/sid/{path}": index, name: deb}

    def get(self, url: str) -> bytes:
        return self.files[url.removeprefix("http://mirror.test/")]


@pytest.fixture
def mirror(monkeypatch):
    mirror = Mirror(make_deb(b"hello"))
    monkeypatch.setattr(debs, "get_url", mirror.get)
    return mirror


def test_fetches_by_index_and_hash(mirror, tmp_path):
    (file,) = debs.fetch_plain(["thing"], tmp_path, "http://mirror.test", "sid")
    debs.unpack_plain(file, tmp_path)
    assert (tmp_path / "usr/share/thing/file.txt").read_text() == "hello"


def test_a_changed_package_is_refused(mirror, tmp_path):
    mirror.files["pool/t/thing_1_all.deb"] += b"x"
    with pytest.raises(MesError, match="differs from its recorded hash"):
        debs.fetch_plain(["thing"], tmp_path, "http://mirror.test", "sid")


def test_a_missing_package_is_named(mirror, tmp_path):
    with pytest.raises(MesError, match="has no other"):
        debs.fetch_plain(["thing", "other"], tmp_path, "http://mirror.test", "sid")


def test_mirror_comes_from_the_machine(mirror, monkeypatch):
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr(debs, "apt_targets", list)
    monkeypatch.setattr(debs, "apt_sources", lambda: [("http://mirror.test", "bookworm")])
    assert debs.find_mirror("sid") == "http://mirror.test"


def test_without_a_mirror_the_cure_is_named(monkeypatch):
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr(debs, "apt_targets", list)
    monkeypatch.setattr(debs, "apt_sources", list)
    with pytest.raises(MesError) as caught:
        debs.find_mirror("sid")
    assert "DEBIAN_MIRROR" in caught.value.cure
    assert "ODOO_PATH" in caught.value.cure


def test_disabled_and_source_entries_of_apt_are_left_out():
    text = "Types: deb-src\nURIs: http://a.test\nSuites: x\n\nTypes: deb\nURIs: http://b.test\nSuites: y\nEnabled: no\n"
    assert debs.parse_sources(text + "\n# deb http://c.test z main\ndeb-src http://d.test z main") == []


def test_the_wanted_release_is_this_machines(monkeypatch, tmp_path):
    monkeypatch.setattr(apt, "HOME", tmp_path)
    monkeypatch.setattr(apt, "release_codename", lambda: "bookworm")
    pairs = [("http://a.test", "bookworm"), ("http://a.test", "bookworm-updates"), ("http://b.test", "sid")]
    monkeypatch.setattr(debs, "apt_targets", list)
    monkeypatch.setattr(debs, "apt_sources", lambda: pairs)
    lines = (apt.machine_apt().base / "sources.list").read_text().splitlines()
    assert [line.split()[-2] for line in lines] == ["bookworm", "bookworm-updates"]


# Odoo of the user's own


def make_odoo(folder: Path, series: str = "19, 0") -> Path:
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo" / "release.py").write_text(f"version_info = ({series}, FINAL, 0, '')\n")
    return folder


def test_a_checkout_is_used_with_its_addons(tmp_path):
    checkout = make_odoo(tmp_path / "checkout")
    (checkout / "odoo-bin").touch()
    found = odoo_source.user_source(str(checkout))
    assert found.python_path == checkout
    assert found.addons == [checkout / "addons"]


def test_an_installed_package_does_not_shadow_our_environment(tmp_path, monkeypatch):
    monkeypatch.setattr(odoo_source, "HOME", tmp_path / "home")
    (tmp_path / "home").mkdir()
    installed = make_odoo(tmp_path / "usr/lib/python3/dist-packages")
    found = odoo_source.user_source(str(tmp_path))
    assert found.python_path == tmp_path / "home" / "odoo-link"
    assert (found.python_path / "odoo").resolve() == installed / "odoo"


def test_another_version_is_refused(tmp_path):
    with pytest.raises(MesError, match=r"version 18\.0, these addons need 19\.0"):
        odoo_source.user_source(str(make_odoo(tmp_path / "old", "18, 0")))


def test_a_wrong_path_is_named(tmp_path):
    with pytest.raises(MesError, match="there is no Odoo in"):
        odoo_source.user_source(str(tmp_path))


# Addons and their key


@pytest.fixture
def addon(tmp_path) -> Path:
    folder = tmp_path / "mes_x"
    (folder / "tests").mkdir(parents=True)
    (folder / "__manifest__.py").write_text('{"name": "X", "depends": ["stock", "mes_y"]}')
    (folder / "models.py").write_text("a = 1\n")
    return folder


def test_only_installable_addons_count(addon):
    (addon.parent / "notes").mkdir()
    off = addon.parent / "mes_off"
    off.mkdir()
    (off / "__manifest__.py").write_text('{"name": "Off", "installable": False}')
    assert addons.our_addons(addon.parent) == ["mes_x"]


def test_dependencies_leave_our_own_out(addon):
    assert addons.foreign_dependencies(["mes_x"], addon.parent) == ["mes_y", "stock"]


def test_the_key_follows_what_a_database_holds(addon):
    key = addons.addons_key(["mes_x"], addon.parent)
    (addon / "tests" / "test_x.py").write_text("b = 2\n")
    assert addons.addons_key(["mes_x"], addon.parent) == key
    (addon / "models.py").write_text("a = 2\n")
    assert addons.addons_key(["mes_x"], addon.parent) != key


def test_a_broken_manifest_is_named(addon):
    (addon / "__manifest__.py").write_text("{")
    with pytest.raises(MesError, match="can't be read"):
        addons.our_addons(addon.parent)


# Logs


HEAD = "2026-01-02 03:04:05,678 99 {} db odoo.{}"


def test_a_warning_of_ours_is_a_problem():
    line = HEAD.format("WARNING", "registry: mes.pull.card: the field has no label")
    assert noise.problems(f"{HEAD.format('INFO', 'x: fine')}\n{line}\n") == [line]


@pytest.mark.parametrize(
    "text",
    [
        "service.server: Running as user 'root' is a security risk.",
        "addons.iap.tools.iap_tools: iap jsonrpc failed",
        "addons.base.models.ir_module: <string>:12: (ERROR/3) Unexpected indentation.",
    ],
)
def test_known_foreign_noise_is_none(text):
    assert noise.problems(HEAD.format("WARNING", text)) == []


# Ports, processes, folders


def test_a_port_in_use_is_told_with_a_free_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(MesError, match=f"port {port} is in use") as caught:
            processes.check_port(port)
    assert caught.value.cure.startswith("./mes run --port ")


def test_only_a_process_we_started_is_ended():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        started = processes.start_time(other.pid)
        processes.end(other.pid, "12345")  # the pid belongs to somebody else now
        assert other.poll() is None
        processes.end(other.pid, started)
        assert other.wait(5) == -15
    assert processes.start_time(other.pid) == ""


def test_a_long_folder_gets_a_short_socket():
    deep = Path("/srv") / ("folder-" * 20)
    short = paths.short_folder(deep, "pg")
    assert len(os.fsencode(short)) + paths.SOCKET_SUFFIX <= paths.SOCKET_PATH_LIMIT
    assert short == paths.short_folder(deep, "pg") != paths.short_folder(deep / "b", "pg")


# Who tests what


def options(**given) -> argparse.Namespace:
    return argparse.Namespace(**{"paths": [], "name": None, "jobs": None, **given})


def test_everything_is_shared_out_and_a_choice_is_not():
    assert testing.number_of_jobs(options()) >= 2
    assert testing.number_of_jobs(options(name="undo")) == 1
    assert testing.number_of_jobs(options(paths=["tests/test_cli.py"])) == 1
    assert testing.number_of_jobs(options(name="undo", jobs=3)) == 3


@pytest.mark.parametrize(
    ("chosen", "inside"), [(["tests"], False), (["addons"], True), (["tests", "addons"], True)], ids=str
)
def test_odoo_is_loaded_where_an_addon_is_tested(ready, chosen, inside):
    command = testing.pytest_command(ready, options(paths=chosen), [str(ROOT / path) for path in chosen])
    assert ("--odoo-http" in command) == inside
    assert ("no:odoo" in command) != inside


class Queue(schedule.Scheduling):
    """The queue without processes: a name takes units until none is left."""

    def __init__(self, *units: str) -> None:
        self.workqueue = OrderedDict((unit, {f"{unit}::test": False}) for unit in units)
        self.assigned_work = {}

    def take(self, node) -> str:
        self._assign_work_unit(node)
        return next(reversed(self.assigned_work[node]))


def node(name: str) -> types.SimpleNamespace:
    class Node(types.SimpleNamespace):
        __hash__ = object.__hash__

    return Node(gateway=types.SimpleNamespace(id=name), send_runtest_some=lambda tests: None)


def test_the_first_process_tests_beside_odoo_the_others_inside_and_each_helps_out():
    queue = Queue("addons/x/tests/test_a.py::TestA", "tests/test_b.py", "tests/load/test_c.py")
    first, second = node("gw0"), node("gw1")
    queue.assigned_work = {first: {}, second: {}}
    queue.registered_collections = {one: [f"{unit}::test" for unit in queue.workqueue] for one in (first, second)}
    assert queue.take(first) == "tests/load/test_c.py"
    assert queue.take(second) == "addons/x/tests/test_a.py::TestA"
    assert queue.take(second) == "tests/test_b.py"
    assert not queue.workqueue


# Python, lint, translations, the command line


def test_a_python_outside_the_range_is_told(monkeypatch):
    monkeypatch.setattr(python_env, "python_version", lambda command: "3.14")
    with pytest.raises(MesError, match=r"Python 3\.11 or 3\.12 is needed"):
        python_env.find_python()


def test_broken_xml_is_named(tmp_path):
    (tmp_path / "good.xml").write_text("<odoo/>")
    (tmp_path / "bad.xml").write_text("<odoo>")
    (line,) = lint.broken_xml(tmp_path)
    assert "bad.xml" in line


def test_translations_survive_an_export(tmp_path):
    pot, po = tmp_path / "m.pot", tmp_path / "zh_CN.po"
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    pot.write_text(head + 'msgid "Card"\nmsgstr ""\n\nmsgid "New"\nmsgstr ""\n')
    po.write_text(head + 'msgid "Card"\nmsgstr "看板卡"\n\nmsgid "Gone"\nmsgstr "没了"\n')
    report = translations.update(pot, po, "zh_CN")
    assert {entry.msgid: entry.msgstr for entry in polib.pofile(str(po))} == {"Card": "看板卡", "New": ""}
    assert "1 of 2 terms" in report


def test_a_failure_is_one_message_with_its_cure(capsys, monkeypatch):
    def fail(arguments):
        raise MesError("something is missing", "get it")

    monkeypatch.setattr(main, "dispatch", fail)
    assert main.main(["lint"]) == 1
    assert capsys.readouterr().err == "mes: something is missing\n  cure: get it\n"


def test_a_failed_command_shows_the_end_of_its_log(tmp_path):
    command = [sys.executable, "-c", "print('ERROR: disk full'); raise SystemExit(3)"]
    with pytest.raises(MesError, match=r"(?s)exit 3.*disk full"):
        say.run_logged(command, tmp_path / "log", "the thing")


def test_every_command_has_help(capsys):
    actions = main.parser()._subparsers._group_actions
    for name in next(a for a in actions if isinstance(a, argparse._SubParsersAction)).choices:
        with pytest.raises(SystemExit) as caught:
            main.parser().parse_args([name, "--help"])
        assert caught.value.code == 0
    assert "loopback" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["--help"], ["run", "--port", "x"]])
def test_the_entry_needs_nothing_but_python(command):
    result = subprocess.run([sys.executable, "-S", "-E", ROOT / "mes", *command], capture_output=True, text=True)
    assert "usage: mes" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
