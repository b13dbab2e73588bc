"""Station and board in real browsers against a really started Odoo: live updates, and scans of a lost connection."""

import re

import pytest
from factory import Factory
from support import log_in

pytestmark = pytest.mark.browser

SCANS = re.compile(r"/mes\.pull\.station/(scan|withdraw|give_back)")
SOON = 30_000


@pytest.fixture
def plant(odoo_server, json2):
    factory = Factory(json2(odoo_server))
    factory.make_user("welder", "operator")
    factory.make_user("planner", "planner")
    factory.server = odoo_server
    return factory


@pytest.fixture
def board(plant, playwright_browser):
    """The board of the planner, in a browser of its own."""
    context = playwright_browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    log_in(page, plant.server, "planner")
    page.goto(f"{plant.server.url}/odoo/pull-board")
    page.wait_for_selector(".o_mes_connection_live", timeout=SOON)
    yield page
    context.close()


@pytest.fixture
def station(plant, page):
    """The welder's station."""
    open_station(plant, page)
    return page


def change_user(plant, page, login):
    """Log off and on; the log-in page must not offer the users it knows instead of its form."""
    page.evaluate("localStorage.removeItem('web.lastConnectedUser')")
    page.context.clear_cookies()
    log_in(page, plant.server, login)


def open_station(plant, page):
    log_in(page, plant.server, "welder")
    page.goto(f"{plant.server.url}/odoo/pull-station")
    page.wait_for_selector(".o_mes_tile", timeout=SOON)


def scan(page, barcode="5901234123457"):
    """Type into the field what a scanner would; by default the label of one container."""
    page.fill(".o_mes_scan_input", barcode)
    page.press(".o_mes_scan_input", "Enter")


def withdrawals(plant):
    rows = plant.client("mes.pull.withdrawal", "search_read", domain=[], fields=["scan_key", "quantity"], order="id")
    return [row["quantity"] for row in rows], {row["scan_key"] for row in rows}


def wait_until_sent(page):
    page.wait_for_function("!document.querySelector('.o_mes_scan_waiting, .o_mes_result_sending')", timeout=SOON)


def test_a_scan_shows_on_the_board_at_once_and_offline_is_said(plant, station, board):
    usable = board.locator("[data-figure=on_hand] .o_mes_figure_number")
    assert usable.inner_text() == "1,000"
    scan(station)
    station.wait_for_selector(".o_mes_result_ok", timeout=SOON)
    board.wait_for_function(
        "document.querySelector('[data-figure=on_hand] .o_mes_figure_number').textContent === '900'", timeout=SOON
    )
    board.wait_for_selector(".o_mes_signal_document:has-text('MO')")
    station.wait_for_selector(".o_mes_tile_number:has-text('900')")

    plant.server.kill()
    board.wait_for_selector(".o_mes_connection_offline", timeout=SOON)
    plant.server.start()
    board.wait_for_selector(".o_mes_connection_live", timeout=60_000)
    usable.click()
    board.wait_for_selector(".o_list_view .o_data_row")


def test_scans_of_a_dead_server_are_kept_and_booked_once(plant, station):
    scan(station)
    station.wait_for_selector(".o_mes_result_ok", timeout=SOON)
    plant.server.kill()
    for _number in range(3):
        scan(station)
    station.wait_for_selector(".o_mes_queue_offline")
    station.wait_for_selector(".o_mes_waiting_count:has-text('3')")
    plant.server.start()
    wait_until_sent(station)
    quantities, keys = withdrawals(plant)
    assert (quantities, len(keys)) == ([100] * 4, 4)
    assert plant.figures()["on_hand_qty"] == 600
    assert sum(order["product_qty"] for order in plant.orders()) == 400


def test_an_answer_that_got_lost_does_not_book_twice(plant, station):
    lost = []

    def lose_first_answer(route):
        if not lost:
            lost.append(route.fetch())  # the server has booked it, the station never hears of it
            route.abort("connectionreset")
        else:
            route.continue_()

    station.route(SCANS, lose_first_answer)
    scan(station)
    scan(station)
    wait_until_sent(station)
    assert station.locator(".o_mes_result").get_attribute("data-status") == "ok"
    quantities, keys = withdrawals(plant)
    assert (quantities, len(keys)) == ([100, 100], 2)
    assert lost[0].ok


def test_an_error_page_of_a_proxy_keeps_the_scan(plant, station):
    broken = [503, 502, 500]
    station.route(
        SCANS,
        lambda route: route.fulfill(status=broken.pop(), body="<html>busy</html>") if broken else route.continue_(),
    )
    scan(station)
    station.wait_for_selector(".o_mes_queue_offline", timeout=SOON)
    wait_until_sent(station)
    assert withdrawals(plant)[0] == [100]


def test_unsent_scans_survive_a_reload_of_the_page(plant, station):
    station.route(SCANS, lambda route: route.abort("internetdisconnected"))
    scan(station, "S-WELDING")
    scan(station)
    scan(station)
    station.wait_for_selector(".o_mes_waiting_count:has-text('3')")
    station.reload()
    station.wait_for_selector(".o_mes_waiting_count:has-text('3')", timeout=SOON)
    assert withdrawals(plant)[0] == []
    station.unroute(SCANS)
    wait_until_sent(station)
    quantities, keys = withdrawals(plant)
    assert (quantities, len(keys)) == ([100, 100], 2)
    assert "Welding" in station.inner_text(".o_mes_chip_destination"), "the scanned place came first, also offline"


def test_after_a_log_out_the_scans_wait_for_the_same_user(plant, station):
    station.context.clear_cookies()
    scan(station)
    station.wait_for_selector(".o_mes_queue_session", timeout=SOON)
    station.wait_for_selector(".o_mes_waiting_count:has-text('1')")
    change_user(plant, station, "planner")
    station.goto(f"{plant.server.url}/odoo/pull-station")
    station.wait_for_selector(".o_mes_tile", timeout=SOON)
    assert station.locator(".o_mes_scan_waiting").count() == 0, "another person's scans are not sent in this name"
    change_user(plant, station, "welder")
    station.goto(f"{plant.server.url}/odoo/pull-station")
    station.wait_for_selector(".o_mes_tile", timeout=SOON)
    wait_until_sent(station)
    assert withdrawals(plant)[0] == [100]
