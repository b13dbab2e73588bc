"""The addons on a really started Odoo: it serves, for programs and for people."""

import pytest
from mes_cli import addons
from support import Json2Error, log_in


def test_programs_reach_every_addon(odoo_server, json2):
    call = json2(odoo_server)
    domain = [["name", "in", addons.our_addons()], ["state", "=", "installed"]]
    found = call("ir.module.module", "search_read", domain=domain, fields=["name"])
    assert sorted(row["name"] for row in found) == addons.our_addons()
    with pytest.raises(Json2Error) as caught:
        call("mes.no.such.model", "search_read", domain=[])
    assert caught.value.status == 404
    assert odoo_server.log_problems() == []


def test_workers_serve_after_a_crash(start_server, json2):
    server = start_server(workers=2)
    assert json2(server)("res.users", "search_count", domain=[["login", "=", "admin"]]) == 1
    assert len(server.worker_pids()) >= 2
    server.kill()
    server.start()
    assert json2(server)("res.users", "search_count", domain=[["login", "=", "admin"]]) == 1


@pytest.mark.browser
def test_a_person_logs_in_without_an_error_in_the_console(odoo_server, page):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    log_in(page, odoo_server)
    page.wait_for_selector(".o_main_navbar")
    assert errors == []
