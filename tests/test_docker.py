"""The files below docker/, without a Docker engine.

Parsed and linted: compose.yaml, Dockerfile, odoo.conf (by Odoo's own options), nginx (by
`nginx -t` where there is one). Run: init.sh with stand-ins for Odoo; then, on this machine's
Odoo and PostgreSQL, the very commands and variables of compose.yaml: a new database by
`mes-init`, Odoo with workers, and nginx in front, up to a live update in a websocket.
"""

from __future__ import annotations

import configparser
import contextlib
import fnmatch
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request
import uuid
from pathlib import Path

import pytest
import yaml
from mes_cli import apt, debs, paths, processes, say, setup

ROOT = Path(__file__).resolve().parents[1]
DOCKER = ROOT / "docker"
COMPOSE = DOCKER / "compose.yaml"
NGINX = DOCKER / "nginx" / "odoo.conf.template"
PROFILES = {
    "simple": {"db", "init", "odoo"},
    "workers": {"db", "init", "odoo-workers", "nginx"},
    "replica": {"db", "db-replica", "init", "odoo-replica", "nginx"},
}
LASTING = {"db", "db-replica", "odoo", "odoo-workers", "odoo-replica", "nginx"}
SECRET = re.compile(r"PASS|SECRET|TOKEN|KEY")
PATIENCE = 120


# Reading the files


def services() -> dict[str, dict]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def service(name: str) -> dict:
    return services()[name]


def example() -> dict[str, str]:
    """Variables of .env.example, those commented out as well."""
    text = (DOCKER / ".env.example").read_text()
    return dict(re.findall(r"(?m)^#?([A-Z][A-Z_]+)=(.*)$", text))


def default(value: str, **given: str) -> str:
    """A value of compose.yaml as compose fills it in: ${A:-other}, ${A:+other}, ${A:?told}."""

    def fill(match: re.Match) -> str:
        name, kind, other = match.groups()
        if kind == ":+":
            return other if given.get(name) else ""
        return given.get(name) or (other if kind == ":-" else "")

    return re.sub(r"\$\{(\w+)(?:(:[-+?])([^}]*))?\}", fill, str(value))


def odoo_conf() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.read(DOCKER / "odoo.conf")
    return parser["options"]


def dockerfile() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile: word and rest, continuation lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (DOCKER / "Dockerfile").read_text())
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def copies() -> list[tuple[str, str]]:
    """Source and target of every COPY."""
    found = []
    for word, rest in dockerfile():
        if word == "COPY":
            *sources, target = [part for part in shlex.split(rest) if not part.startswith("--")]
            found += [(source, target) for source in sources]
    return found


def nginx_blocks() -> dict[str, list[list[str]]]:
    """Directives of the nginx file by the block they stand in: 'server', 'location /' …"""
    text = re.sub(r"(?m)^\s*#.*$", "", NGINX.read_text())
    text = re.sub(r"\$\{(\w+)\}", r"$\1", text)
    blocks, path, words = {}, [""], []
    for token in re.findall(r'"[^"]*"|[{};]|[^\s{};]+', text):
        if token == "{":
            path.append(" ".join(words))
            words = []
        elif token == "}":
            path.pop()
        elif token == ";":
            blocks.setdefault(path[-1], []).append(words)
            words = []
        else:
            words.append(token)
    assert path == [""], f"unbalanced braces: {path}"
    assert not words, f"no semicolon after {words}"
    return blocks


def directives(block: str, name: str) -> list[list[str]]:
    return [words[1:] for words in nginx_blocks()[block] if words[0] == name]


def headers(block: str) -> dict[str, str]:
    return {words[0]: words[1] for words in directives(block, "proxy_set_header")}


def seconds(text: str) -> int:
    assert re.fullmatch(r"\d+s", text)
    return int(text[:-1])


def test_variables_are_filled_in_as_compose_does():
    assert default("${A:-1}:${B:-2}", B="3") == "1:3"
    assert default("x${A:+,y}") == "x"
    assert default("x${A:+,y}", A="1") == "x,y"


# compose.yaml


def test_every_service_belongs_to_a_profile():
    """Else a bare `up` would start some of them, and both ways would share them by accident."""
    found = {name: {n for n, s in services().items() if name in s["profiles"]} for name in PROFILES}
    assert found == PROFILES
    assert {p for s in services().values() for p in s["profiles"]} == set(PROFILES)
    assert example()["COMPOSE_PROFILES"] in PROFILES


@pytest.mark.parametrize("profile", PROFILES)
def test_one_service_publishes_the_one_port(profile):
    ports = [port for name in PROFILES[profile] for port in service(name).get("ports", [])]
    assert len(ports) == 1
    assert default(ports[0]).startswith("127.0.0.1:8069:")
    assert default(ports[0], MES_BIND="10.0.0.5", MES_PORT="80").startswith("10.0.0.5:80:")


@pytest.mark.parametrize("profile", PROFILES)
def test_one_odoo_serves_a_profile(profile):
    serving = [n for n in PROFILES[profile] if service(n).get("command", [""])[0] == "odoo"]
    assert len(serving) == 1


def test_two_odoos_at_a_time_are_refused_by_their_common_name():
    odoos = [service(name) for name in ("odoo", "odoo-workers", "odoo-replica")]
    assert len({odoo["container_name"] for odoo in odoos}) == 1
    assert len({profile for odoo in odoos for profile in odoo["profiles"]}) == len(odoos)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_service_waits_for_is_in_its_profile(profile):
    for name in PROFILES[profile]:
        waits = service(name).get("depends_on", {})
        assert {other for other, wait in waits.items() if wait.get("required", True)} <= PROFILES[profile]
        assert not waits or set(waits) & PROFILES[profile]
        assert all(
            wait["condition"] == ("service_completed_successfully" if other == "init" else "service_healthy")
            for other, wait in waits.items()
        )
    assert "db" in service("init")["depends_on"]
    assert "init" in service("odoo")["depends_on"]
    assert set(service("nginx")["depends_on"]) == {"odoo-workers", "odoo-replica"}
    assert "db-replica" in service("odoo-replica")["depends_on"]


@pytest.mark.parametrize("name", sorted(LASTING))
def test_lasting_services_are_watched_restarted_and_limited(name):
    lasting = service(name)
    assert lasting["restart"] == "unless-stopped"
    assert lasting["healthcheck"]["test"][0] == "CMD"
    assert re.fullmatch(r"\d+[mg]", default(lasting["mem_limit"]))
    assert lasting["logging"]["options"]["max-size"]


def test_the_one_shot_is_not_restarted():
    assert service("init")["restart"] == "no"
    assert service("init")["command"] == ["mes-init"]


@pytest.mark.parametrize(
    ("name", "urls"),
    [
        ("odoo", [":8069/web/health"]),
        ("odoo-workers", [":8069/web/health", ":8072/websocket/health"]),
        ("odoo-replica", [":8069/web/health", ":8072/websocket/health"]),
        ("nginx", ["127.0.0.1/web/health"]),
    ],
)
def test_health_is_asked_where_odoo_answers(name, urls):
    asked = [part for part in service(name)["healthcheck"]["test"] if part.startswith("http")]
    assert len(asked) == len(urls)
    assert all(url in there for url, there in zip(urls, asked, strict=True))


def test_the_database_is_asked_over_tcp():
    """The first start of the image answers on its socket before the server is there."""
    assert "--host=127.0.0.1" in service("db")["healthcheck"]["test"]


def test_data_lies_in_named_volumes():
    named = set(yaml.safe_load(COMPOSE.read_text())["volumes"])
    mounts = {n: [v.split(":")[:2] for v in service(n)["volumes"]] for n in ("db", "odoo", "init")}
    assert ["db", "/var/lib/postgresql/data"] in mounts["db"]
    assert ["filestore", "/var/lib/odoo"] in mounts["odoo"]
    assert mounts["init"] == mounts["odoo"]
    assert ["db-replica", "/var/lib/postgresql/data"] in [v.split(":")[:2] for v in service("db-replica")["volumes"]]
    assert named == {"db", "db-replica", "filestore"}


def test_images_are_pinned_to_a_release():
    images = {default(s["image"]) for s in services().values()}
    assert all(re.search(r":\d", image) for image in images), images
    assert "postgres:17" in images, "another major release needs a dump and restore: README"


def test_only_the_one_shot_builds_the_image():
    """Three builds of one tag at a time get in each other's way."""
    assert [name for name, s in services().items() if "build" in s] == ["init"]
    for name in ("odoo", "odoo-workers", "odoo-replica"):
        assert service(name)["image"] == service("init")["image"]
        assert service(name)["pull_policy"] == "never"


def test_simple_has_no_workers_and_workers_has_a_proxy():
    assert service("odoo")["command"] == ["odoo", "--workers=0"]
    assert default(service("odoo")["environment"]["ODOO_PROXY_MODE"]) == "false"
    command = [default(part) for part in service("odoo-workers")["command"]]
    assert command == ["odoo", "--workers=4", "--proxy-mode"]


# The replica: `./mes campaign replica` runs the very script and settings


def test_odoo_reads_from_the_replica_and_writes_to_the_primary():
    environment = service("odoo-replica")["environment"]
    assert environment["PGHOST_REPLICA"] == "db-replica"
    assert environment["PGPORT_REPLICA"] == environment["PGPORT"]
    assert environment["PGHOST"] == service("db-replica")["environment"]["PGHOST"] == "db"
    assert "PGHOST_REPLICA" not in service("odoo-workers")["environment"], "an empty one is a replica to Odoo"
    assert service("odoo-replica")["command"] == service("odoo-workers")["command"]


def test_nginx_finds_the_odoo_with_a_replica_by_the_others_name():
    assert service("odoo-replica")["networks"]["default"]["aliases"] == ["odoo-workers"]


def test_both_databases_are_of_one_release():
    assert service("db-replica")["image"] == service("db")["image"]


def test_the_primary_lets_a_replica_in_with_the_password():
    lines = [line.split() for line in (DOCKER / "pg_hba.conf").read_text().splitlines() if not line.startswith("#")]
    assert ["host", "replication", "all", "all", "scram-sha-256"] in lines
    assert {line[-1] for line in lines if "all" in line[3:-1]} == {"scram-sha-256"}
    assert f"hba_file={service('db')['volumes'][1].split(':')[1]}" in service("db")["command"]


def test_the_replicas_script_is_one():
    entry = service("db-replica")["entrypoint"]
    assert f"./replica.sh:{entry[1]}:ro" in service("db-replica")["volumes"]
    assert subprocess.run(["sh", "-n", DOCKER / "replica.sh"]).returncode == 0


# Secrets


def test_secrets_come_from_outside_and_have_no_default():
    found = 0
    for name, one in services().items():
        for variable, value in one.get("environment", {}).items():
            if SECRET.search(variable):
                found += 1
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), f"{name}: {variable}"
    assert found == 7


def test_the_example_has_every_variable_and_no_password():
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text())) | {"COMPOSE_PROFILES"}
    assert used - set(example()) == {"MES_IMAGE"}
    assert set(example()) <= used
    assert [name for name, value in example().items() if SECRET.search(name) and value] == []


def test_the_examples_defaults_are_those_of_compose():
    for name, text in example().items():
        for value in re.findall(rf"\$\{{{name}:-([^}}]*)\}}", COMPOSE.read_text()):
            assert text in ("", value), name


def test_the_environment_file_is_kept_out_of_git_and_image():
    assert ".env" in (DOCKER / ".gitignore").read_text().splitlines()
    assert not is_in_context("docker/.env")


def test_the_readme_names_only_what_there_is():
    text = (DOCKER / "README.md").read_text()
    assert set(re.findall(r"\b(?:MES|POSTGRES)_[A-Z_]+\b", text)) <= set(example())
    called = re.findall(r"docker compose (?:exec|run|logs|stop|start)((?: -\S+)*) (\S+)", text)
    assert called
    assert {name.strip("`") for _options, name in called} <= set(services())


# Dockerfile


def is_in_context(path: str) -> bool:
    """What .dockerignore lets through: the last pattern that fits decides."""
    kept = True
    for line in (DOCKER / "Dockerfile.dockerignore").read_text().splitlines():
        pattern = line.lstrip("!")
        if not line or line.startswith("#"):
            continue
        parents = [path, *map(str, Path(path).parents)]
        loose = pattern.removeprefix("**/")
        if any(fnmatch.fnmatchcase(p, pattern) for p in parents) or (
            loose != pattern and any(fnmatch.fnmatchcase(part, loose) for part in path.split("/"))
        ):
            kept = line.startswith("!")
    return kept


def test_image_stands_on_the_official_one():
    assert [rest for word, rest in dockerfile() if word == "FROM"] == ["odoo:19.0"]
    assert dockerfile()[0][0] == "FROM"


def test_image_ends_as_user_odoo():
    users = [rest for word, rest in dockerfile() if word == "USER"]
    assert users == ["root", "odoo"]
    assert dockerfile()[-1] == ("USER", "odoo")


def test_image_keeps_the_official_entry_point():
    words = {word for word, _rest in dockerfile()}
    assert words == {"FROM", "USER", "RUN", "COPY"}


def test_image_gets_a_font_for_chinese():
    runs = " ".join(rest for word, rest in dockerfile() if word == "RUN")
    assert "fonts-noto-cjk" in runs
    assert "--no-install-recommends" in runs
    assert "rm -rf /var/lib/apt/lists/*" in runs


@pytest.mark.parametrize(("source", "_target"), copies())
def test_what_is_copied_exists_and_is_in_the_context(source, _target):
    assert (ROOT / source).exists()
    assert is_in_context(source)


def test_context_has_the_addons_and_nothing_private():
    assert is_in_context("addons/mes_pull/__manifest__.py")
    for path in ("addons/x/models/__pycache__/a.pyc", ".git/config", "tools/x.py", "addons/.x"):
        assert not is_in_context(path), path


def test_nothing_is_copied_into_a_volume_of_the_official_image():
    """compose keeps such volumes: an upgraded image would go on with the old files."""
    for _source, target in copies():
        assert not target.startswith(("/mnt/extra-addons", "/var/lib/odoo")), target


def test_image_files_are_where_compose_and_init_look():
    targets = dict(copies())
    assert targets["addons"] == "/opt/mes/addons"
    assert targets["docker/init.py"] == "/opt/mes/init.py"
    assert targets["docker/init.sh"] == "/usr/local/bin/mes-init"
    assert targets["docker/odoo.conf"] == "/etc/odoo/odoo.conf"
    path = service("odoo")["environment"]["ODOO_ADDONS_PATH"]
    assert default(path) == odoo_conf()["addons_path"] == "/opt/mes/addons"
    assert default(path, MES_EXTRA_ADDONS="/x") == "/opt/mes/addons,/mnt/extra-addons"


@pytest.mark.parametrize("name", sorted(set().union(*PROFILES.values())))
def test_what_is_mounted_exists(name):
    for volume in service(name).get("volumes", []):
        source = default(volume).split(":")[0]
        if source.startswith("."):
            assert (DOCKER / source).exists(), source
    build = service(name).get("build")
    if build:
        assert (DOCKER / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).is_file()


# Checked by the real tools, where there are any


def compose_command() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        with contextlib.suppress(OSError):
            result = subprocess.run([*command, "version", "--short"], capture_output=True, text=True)
            if result.returncode == 0 and result.stdout.strip().lstrip("v") >= "2":
                return command
    return None


@pytest.mark.skipif(not compose_command(), reason="there is no docker compose 2 (no engine needed)")
@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        *[([name], names) for name, names in PROFILES.items()],
        (list(PROFILES), None),
    ],
)
def test_compose_itself_agrees(profiles, expected, tmp_path):
    flags = [flag for name in profiles for flag in ("--profile", name)]
    command = [*compose_command(), "--file", str(COMPOSE), *flags, "config", "--format", "json"]
    given = {"POSTGRES_PASSWORD": "a", "MES_ADMIN_PASSWORD": "b", "HOME": str(tmp_path)}
    result = subprocess.run(command, env={"PATH": os.environ["PATH"], **given}, capture_output=True, text=True)
    if expected is None:
        assert result.returncode != 0
        assert "container name" in result.stderr
    else:
        assert result.returncode == 0, result.stderr
        assert set(json.loads(result.stdout)["services"]) == expected


@pytest.mark.skipif(not compose_command(), reason="there is no docker compose 2 (no engine needed)")
@pytest.mark.parametrize("missing", ["POSTGRES_PASSWORD", "MES_ADMIN_PASSWORD"])
def test_compose_refuses_to_go_on_without_a_password(missing, tmp_path):
    given = {"POSTGRES_PASSWORD": "a", "MES_ADMIN_PASSWORD": "b", "HOME": str(tmp_path)}
    given[missing] = ""
    command = [*compose_command(), "--file", str(COMPOSE), "--profile", "simple", "config", "-q"]
    result = subprocess.run(command, env={"PATH": os.environ["PATH"], **given}, capture_output=True, text=True)
    assert result.returncode != 0
    assert missing in result.stderr


@pytest.mark.skipif(not shutil.which("hadolint"), reason="there is no hadolint")
def test_hadolint_finds_nothing():
    result = subprocess.run(["hadolint", str(DOCKER / "Dockerfile")], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="session")
def nginx() -> str:
    """nginx: the machine's own, or Debian's unpacked privately."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    return found or fetched_nginx()


def fetched_nginx() -> str:
    folder = paths.HOME / "nginx"
    program = folder / "usr" / "sbin" / "nginx"
    with paths.locked("nginx"):
        if not program.exists():
            try:
                for file in apt.fetch_closure(["nginx"]):
                    debs.unpack(file, folder)
                    file.unlink()
            except (say.MesError, OSError) as error:
                pytest.skip(f"there is no nginx (apt-get install nginx), and none can be fetched: {error}")
    libraries = {str(library.parent) for library in folder.rglob("*.so.*")}
    wrapper = folder / "nginx"
    wrapper.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={":".join(libraries)} exec {shlex.quote(str(program))} "$@"\n')
    wrapper.chmod(0o755)
    if subprocess.run([wrapper, "-v"], capture_output=True).returncode:
        pytest.skip("the fetched nginx does not start here (apt-get install nginx)")
    return str(wrapper)


def write_nginx(folder: Path, port: int, http: int, gevent: int, trusted="127.0.0.1") -> list[str]:
    """The shipped file with this machine's addresses, below a main file like the image's.

    Returns nginx's arguments. Every replacement has to fit exactly once.
    """
    text = NGINX.read_text()
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("odoo-workers:8069", f"127.0.0.1:{http}"),
        ("odoo-workers:8072", f"127.0.0.1:{gevent}"),
        ("${MES_TRUSTED_PROXY}", trusted),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "default.conf").write_text(text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "" if os.geteuid() else "user root;\n"  # else its processes cannot enter the folder
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log stderr notice;\n"
        "events { worker_connections 1024; }\n"
        f"http {{\n{temporary}  access_log {folder}/access.log;\n  keepalive_timeout 65;\n"
        f"  include {folder}/default.conf;\n}}\n"
    )
    return ["-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def test_nginx_accepts_the_file(nginx, tmp_path):
    arguments = write_nginx(tmp_path, 8099, 8069, 8072)
    result = subprocess.run([nginx, "-t", *arguments], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "[warn]" not in result.stderr


# nginx, read


def test_nginx_sends_each_route_to_its_process():
    targets = dict(directives("server", "set"))
    assert directives("location /", "proxy_pass") == [["http://$mes_odoo"]]
    assert directives("location /websocket", "proxy_pass") == [["http://$mes_websocket"]]
    assert targets["$mes_odoo"] == f"odoo-workers:{odoo_conf()['http_port']}"
    assert targets["$mes_websocket"] == f"odoo-workers:{odoo_conf()['gevent_port']}"
    assert directives("", "resolver")[0][0] == "127.0.0.11"
    assert default(service("nginx")["ports"][0]).endswith(":80")
    assert directives("server", "listen") == [["80"]]


def test_nginx_upgrades_websockets_and_holds_nothing_back():
    location = headers("location /websocket")
    assert location["Upgrade"] == "$http_upgrade"
    assert location["Connection"] == "$mes_connection"
    assert directives("location /websocket", "proxy_http_version") == [["1.1"]]
    assert directives("location /websocket", "proxy_buffering") == [["off"]]
    [[patience]] = directives("location /websocket", "proxy_read_timeout")
    assert seconds(patience) > 3600, "Odoo itself renews a connection after an hour"


@pytest.mark.parametrize("block", ["server", "location /websocket"])
def test_nginx_tells_odoo_who_asks_and_under_which_name(block):
    expected = {
        "Host": "$http_host",
        "X-Forwarded-Host": "$http_host",
        "X-Forwarded-For": "$proxy_add_x_forwarded_for",
        "X-Forwarded-Proto": "$mes_scheme",
        "X-Real-IP": "$remote_addr",
    }
    assert expected.items() <= headers(block).items()
    assert not directives("location /", "proxy_set_header"), "it would inherit none of these"


def test_nginx_waits_longer_than_odoo_works():
    [[patience]] = directives("server", "proxy_read_timeout")
    assert seconds(patience) > int(odoo_conf()["limit_time_real"])


def test_nginx_lets_attachments_in_and_compresses():
    assert directives("server", "client_max_body_size") == [["128m"]]
    assert directives("server", "gzip") == [["on"]]
    [kinds] = directives("server", "gzip_types")
    assert {"text/css", "application/javascript", "application/json"} <= set(kinds)


def test_nginx_is_given_the_variables_it_needs():
    needed = set(re.findall(r"\$\{(\w+)\}", NGINX.read_text()))
    given = service("nginx")["environment"]
    assert needed == {name for name in given if name.startswith("MES_")}
    assert re.match(given["NGINX_ENVSUBST_FILTER"], "MES_X")
    assert not re.match(given["NGINX_ENVSUBST_FILTER"], "host")
    [mount] = service("nginx")["volumes"]
    assert mount.split(":")[1] == "/etc/nginx/templates/default.conf.template"


# odoo.conf


def test_the_database_manager_is_closed():
    assert odoo_conf()["list_db"] == "False"
    assert odoo_conf()["admin_passwd"] == ""
    assert not [name for name in odoo_conf() if name.startswith("db_pass")]


def test_every_listening_is_inside_the_container():
    assert odoo_conf()["http_interface"] == "0.0.0.0"
    ports = default(service("odoo")["ports"][0]).split(":")
    assert ports[-1] == odoo_conf()["http_port"]


OPTIONS = """
import json, logging, os, sys
from odoo.tools import config
index = config.options_index
given = json.load(sys.stdin)
bad = [name for name in given["file"] if name not in index or not index[name].file_loadable]
for name, value in given["file"].items():
    if name not in bad and not name.startswith("addons_path"):
        config.parse(name, value)
known = {option.env_name for option in index.values()}
bad += [name for name in given["variables"] if name not in known]
for command in given["commands"]:
    config.parser.parse_args(command)
    bad += config.parser.parse_args(command)[1]
print(json.dumps(bad))
"""


def test_odoo_knows_every_option(ready):
    asked = [s.get("environment", {}) for s in services().values()]
    given = {
        "file": dict(odoo_conf()),
        "variables": sorted({n for env in asked for n in env if n.startswith(("ODOO_", "PG"))}),
        "commands": [[default(part) for part in service(name)["command"][1:]] for name in ("odoo", "odoo-workers")],
    }
    result = subprocess.run(
        [ready.python, "-c", OPTIONS],
        input=json.dumps(given),
        env=ready.env(),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == []


# init.sh, with stand-ins for Odoo and psql


class Init:
    """Runs init.sh in a folder of stand-ins that write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "init.py").write_text("# nothing\n")
        for name in ("mes_a", "mes_b"):
            (folder / "addons" / name).mkdir(parents=True)
            (folder / "addons" / name / "__manifest__.py").touch()
        (folder / "addons" / "notes").mkdir()
        self.stand_in("odoo", 'echo "$*" >>"$MES_ROOT/calls"')
        self.stand_in("psql", "true")

    def stand_in(self, name: str, body: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(self, *arguments: str, **given: str) -> subprocess.CompletedProcess:
        env = {"PGDATABASE": "x", "MES_ADMIN_PASSWORD": "long enough", **given}
        env |= {"PATH": f"{self.folder}:{os.environ['PATH']}", "MES_ROOT": str(self.folder)}
        return subprocess.run(["sh", DOCKER / "init.sh", *arguments], env=env, capture_output=True, text=True)

    def calls(self) -> list[str]:
        calls = self.folder / "calls"
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def init(tmp_path) -> Init:
    return Init(tmp_path)


def test_a_new_database_gets_every_addon_of_the_image(init):
    assert init.run().returncode == 0
    first, second = init.calls()
    assert "--init=mes_a,mes_b" in first
    assert "--stop-after-init" in first
    assert second.startswith("shell")


def test_the_list_of_addons_can_be_given(init):
    assert init.run(MES_ADDONS=" mes_b, sale ").returncode == 0
    assert "--init=mes_b,sale" in init.calls()[0]


def test_an_existing_database_is_upgraded_before_anything_is_installed(init):
    init.stand_in("psql", "echo ir_module_module")
    assert init.run().returncode == 0
    assert init.calls()[0] == "module upgrade --outdated all"
    assert "--init=mes_a,mes_b" in init.calls()[1]


def test_modules_can_be_upgraded_by_name(init):
    init.stand_in("psql", "echo ir_module_module")
    assert init.run("upgrade", "base").returncode == 0
    assert "--update=base" in init.calls()[1]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"MES_ADMIN_PASSWORD": ""}, "MES_ADMIN_PASSWORD is empty"),
        ({"MES_ADMIN_PASSWORD": "admin"}, "first guess"),
        ({"PGDATABASE": ""}, "PGDATABASE is empty"),
    ],
)
def test_init_says_what_is_missing_and_starts_nothing(init, given, told):
    result = init.run(**given)
    assert result.returncode == 1
    assert told in result.stderr
    assert init.calls() == []


@pytest.mark.parametrize("arguments", [["upgrade"], ["nonsense"], ["upgrade", "a", "b"]])
def test_init_refuses_what_it_does_not_understand(init, arguments):
    assert init.run(*arguments).returncode == 1
    assert init.calls() == []


def test_init_fails_when_odoo_does(init):
    init.stand_in("odoo", "exit 3")
    assert init.run().returncode == 3


# The same commands on this machine's Odoo and PostgreSQL


class Site:
    """A database made by init.sh, with the variables of compose.yaml."""

    password = "a first password"

    def __init__(self, folder: Path, ready: setup.Setup) -> None:
        self.folder = folder
        self.ready = ready
        self.database = f"mes_docker_{uuid.uuid4().hex[:8]}"
        self.http, self.gevent, self.port = (processes.free_port() for _ in range(3))
        (folder / "bin").mkdir()
        self.write_command(folder / "bin" / "odoo")
        (folder / "addons").symlink_to(ROOT / "addons")
        (folder / "init.py").symlink_to(DOCKER / "init.py")
        self.write_conf()
        self.env = self.environment("init")

    def write_command(self, path: Path) -> None:
        command = shlex.join([str(self.ready.python), str(setup.ENTRY)])
        path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        path.chmod(0o755)

    def write_conf(self) -> None:
        """odoo.conf as shipped, but for the folders of the container."""
        text = (DOCKER / "odoo.conf").read_text()
        folders = ",".join(map(str, [self.folder / "addons", *self.ready.odoo.addons]))
        text = re.sub(r"(?m)^addons_path = .*", f"addons_path = {folders}", text)
        text = re.sub(r"(?m)^data_dir = .*", f"data_dir = {self.folder}/data", text)
        (self.folder / "odoo.conf").write_text(text)

    def compose_env(self, name: str) -> dict[str, str]:
        """What compose would set; the server's address and the addons' path are this machine's."""
        here = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "ODOO_ADDONS_PATH")
        given = {"MES_ADMIN_PASSWORD": self.password, "MES_LANG": "zh_CN", "MES_ADDONS": "mail"}
        environment = service(name)["environment"]
        return {n: default(v) or given.get(n, "") for n, v in environment.items() if n not in here}

    def environment(self, name: str) -> dict[str, str]:
        """For a service of compose.yaml, on this machine."""
        env = self.ready.env()
        return env | self.compose_env(name) | self.native_env(env["PATH"])

    def native_env(self, path: str) -> dict[str, str]:
        return {
            "PATH": f"{self.folder}/bin:{path}",
            "MES_ROOT": str(self.folder),
            "PGDATABASE": self.database,
            "ODOO_RC": str(self.folder / "odoo.conf"),
            "ODOO_HTTP_INTERFACE": "127.0.0.1",
            "ODOO_HTTP_PORT": str(self.http),
            "ODOO_GEVENT_PORT": str(self.gevent),
        }

    def initialise(self, **given: str) -> subprocess.CompletedProcess:
        return subprocess.run(["sh", DOCKER / "init.sh"], env=self.env | given, capture_output=True, text=True)

    def query(self, statement: str) -> list[str]:
        command = ["psql", "--no-psqlrc", "-Atqc", statement]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=True).stdout.splitlines()

    def drop(self) -> None:
        env = self.env | {"PGDATABASE": "template1"}
        command = ["dropdb", "--if-exists", "--force", "--maintenance-db=template1", self.database]
        subprocess.run(command, env=env, check=False)


@pytest.fixture(scope="module")
def site(ready, tmp_path_factory):
    """A new database with mail only: it has users, a bus, and takes half a minute."""
    made = Site(tmp_path_factory.mktemp("site"), ready)
    try:
        result = made.initialise()
        assert result.returncode == 0, result.stderr[-4000:]
        yield made
    finally:
        made.drop()


ADMIN = """
SELECT partner.lang, users.password FROM res_users users
JOIN res_partner partner ON partner.id = users.partner_id WHERE users.login = 'admin'
"""


@pytest.mark.slow
def test_the_new_database_speaks_chinese(site):
    assert site.query(ADMIN)[0].startswith("zh_CN|")
    assert site.query("SELECT lang FROM res_partner WHERE id = 1") == ["zh_CN"]


@pytest.mark.slow
def test_init_can_be_repeated(site):
    before = site.query(ADMIN)
    result = site.initialise(MES_ADMIN_PASSWORD="another one")
    assert result.returncode == 0, result.stderr[-4000:]
    assert "upgrading what is newer" in result.stderr
    assert site.query(ADMIN) == before, "only the password of a new database is set"


@pytest.mark.slow
def test_init_fails_on_an_addon_that_is_nowhere(site):
    result = site.initialise(MES_ADDONS="mail,mes_nowhere")
    assert result.returncode != 0
    assert "not installed: mes_nowhere" in result.stderr


@contextlib.contextmanager
def running(command: list[str], log: Path, env: dict[str, str]):
    """A process for the time of a test; ended by its id."""
    with log.open("w") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        assert process.poll() is None, log.read_text()[-4000:]
        time.sleep(0.3)
    raise AssertionError(f"no answer from {url}\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="module")
def front(site, nginx) -> str:
    """Address of nginx in front of Odoo with two workers, as the profile starts them."""
    log, proxy_log = site.folder / "odoo.log", site.folder / "nginx.log"
    command = [default(part, MES_WORKERS="2") for part in service("odoo-workers")["command"]]
    with running(command, log, site.environment("odoo-workers")) as odoo:
        wait_for(f"http://127.0.0.1:{site.http}/web/health?db_server_status=1", odoo, log)
        wait_for(f"http://127.0.0.1:{site.gevent}/websocket/health", odoo, log)
        arguments = write_nginx(site.folder, site.port, site.http, site.gevent)
        with running([nginx, *arguments], proxy_log, dict(os.environ)) as proxy:
            address = f"http://127.0.0.1:{site.port}"
            wait_for(f"{address}/web/health", proxy, proxy_log)
            yield address


class Browser:
    """Just enough of one: cookies, JSON, and the address bar's scheme."""

    def __init__(self, address: str, scheme: str = "http") -> None:
        self.address = address
        self.host = address.removeprefix("http://")
        self.scheme = scheme
        self.session, self.partner = "", 0

    def open(self, path: str, body: bytes | None = None, **more: str):
        sent = {"X-Forwarded-Proto": self.scheme, "Cookie": f"session_id={self.session}", **more}
        request = urllib.request.Request(self.address + path, body, sent)
        answer = urllib.request.build_opener(NoRedirect).open(request, timeout=60)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            found = re.match(r"session_id=([^;]+)", cookie)
            self.session = found[1] if found else self.session
        return answer

    def call(self, path: str, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        with self.open(path, body, **{"Content-Type": "application/json"}) as answer:
            result = json.load(answer)
        assert "error" not in result, result["error"]
        return result["result"]

    def kw(self, model: str, method: str, *args, **kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.call(path, model=model, method=method, args=list(args), kwargs=kwargs)

    def log_in(self, database: str, password: str) -> None:
        asked = {"db": database, "login": "admin", "password": password}
        self.partner = self.call("/web/session/authenticate", **asked)["partner_id"]

    def websocket(self):
        from websocket import create_connection

        return create_connection(
            f"ws://{self.host}/websocket",
            timeout=30,
            origin=f"{self.scheme}://{self.host}",
            cookie=f"session_id={self.session}",
            header={"X-Forwarded-Proto": self.scheme},
        )


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, _request, answer, _code, _text, _headers):
        return answer

    http_error_301 = http_error_303 = http_error_302


def test_both_ways_through_nginx_answer(front):
    for path in ("/web/health", "/websocket/health"):
        with urllib.request.urlopen(front + path, timeout=30) as answer:
            assert json.load(answer) == {"status": "pass"}


def test_the_login_page_is_compressed_and_keeps_its_address(front):
    browser = Browser(front)
    with browser.open("/web/login", **{"Accept-Encoding": "gzip"}) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Encoding"] == "gzip"
    with browser.open("/odoo") as answer:
        assert answer.status in (302, 303)
        assert answer.headers["Location"].startswith(("/web/login", f"{front}/web/login"))


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_behind_tls_the_session_cookie_is_secure(front, scheme, secure):
    with Browser(front, scheme).open("/web/login") as answer:
        [cookie] = [c for c in answer.headers.get_all("Set-Cookie") if "session_id" in c]
    assert ("; Secure" in cookie) is secure
    assert "SameSite=Lax" in cookie


def test_the_first_password_fits_and_admin_does_not(front, site):
    Browser(front).log_in(site.database, site.password)
    with pytest.raises(AssertionError, match="Access"):
        Browser(front).log_in(site.database, "admin")


def test_nobody_manages_databases_from_outside(front):
    form = b"master_pwd=admin&name=other&lang=en_US&password=x&login=x&phone=&country_code="
    with Browser(front).open("/web/database/create", form) as answer:
        assert b"Access Denied" in answer.read()


def hear_of_a_star(browser: Browser) -> None:
    """Star a message, and wait till the logged-in browser is told so over its websocket.

    :raise websocket.WebSocketTimeoutException: it isn't
    """
    connection = browser.websocket()
    try:
        connection.send(json.dumps({"event_name": "subscribe", "data": {"channels": [], "last": 0}}))
        time.sleep(1)  # the subscription has no answer
        [message] = browser.kw("res.partner", "message_post", [browser.partner], body="A message to star")
        browser.kw("mail.message", "toggle_message_starred", [message])
        told = json.loads(connection.recv())
        while "mail.message/toggle_star" not in [one["message"]["type"] for one in told]:
            told = json.loads(connection.recv())
    finally:
        connection.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_live_update_reaches_the_browser(front, site, scheme):
    """A worker writes, PostgreSQL tells the websocket process, nginx lets it through."""
    browser = Browser(front, scheme)
    browser.log_in(site.database, site.password)
    hear_of_a_star(browser)


def test_the_trusted_proxy_names_the_client(front, site):
    with Browser(front).open("/web/login", **{"X-Forwarded-For": "203.0.113.9"}):
        pass
    assert "203.0.113.9" in odoo_saw(site, "/web/login")


def test_nobody_else_names_the_client(front, site, nginx, tmp_path):
    """Else one could dodge Odoo's pause after wrong passwords."""
    port, log = processes.free_port(), tmp_path / "nginx.log"
    arguments = write_nginx(tmp_path, port, site.http, site.gevent, trusted="192.0.2.1")
    with running([nginx, *arguments], log, dict(os.environ)) as proxy:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/web/health", proxy, log)
        with Browser(address).open("/web/login?other", **{"X-Forwarded-For": "203.0.113.77"}):
            pass
    line = odoo_saw(site, "/web/login?other")
    assert "203.0.113.77" not in line
    assert "127.0.0.1" in line


def odoo_saw(site: Site, path: str) -> str:
    """The last line of Odoo's log on a request, waited for: the log comes after the answer."""
    for _attempt in range(50):
        lines = [x for x in (site.folder / "odoo.log").read_text().splitlines() if f"GET {path} " in x]
        if lines:
            return lines[-1]
        time.sleep(0.1)
    raise AssertionError(f"Odoo saw no {path}")


def test_the_server_started_without_a_warning_of_ours(front, site):
    lines = (site.folder / "odoo.log").read_text().splitlines()
    ours = re.compile(r" (WARNING|ERROR|CRITICAL) \S+ odoo\.(tools\.config|service|addons\.mes)")
    assert [line for line in lines if ours.search(line)] == []
    assert "[error]" not in (site.folder / "nginx.log").read_text()


@pytest.mark.slow
def test_simple_serves_pages_and_websockets_on_one_port(site, tmp_path):
    command = [default(part) for part in service("odoo")["command"]]
    port, log = processes.free_port(), tmp_path / "odoo.log"
    env = site.environment("odoo") | {"ODOO_HTTP_PORT": str(port)}
    address = f"http://127.0.0.1:{port}"
    with running(command, log, env) as odoo:
        wait_for(f"{address}/web/health?db_server_status=1", odoo, log)
        browser = Browser(address)
        browser.log_in(site.database, site.password)
        hear_of_a_star(browser)
