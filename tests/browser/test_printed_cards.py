"""What a scanner reads from the printed card sheet: every barcode, and it is the card's own."""

import io

import pytest
import zxingcpp
from factory import Factory
from PIL import Image
from support import log_in


@pytest.mark.browser
def test_every_card_of_the_sheet_can_be_scanned(odoo_server, json2, playwright_browser):
    client = json2(odoo_server)
    plant = Factory(client)
    cards = client("mes.pull.card", "search_read", domain=[["loop_id", "=", plant.loop]], fields=["name"], limit=4)
    # at the resolution of a 300 dpi printer
    context = playwright_browser.new_context(viewport={"width": 794, "height": 1123}, device_scale_factor=3)
    page = context.new_page()
    log_in(page, odoo_server)
    page.wait_for_url("**/odoo**")
    page.goto(f"{odoo_server.url}/report/html/mes_pull.report_cards/{','.join(str(card['id']) for card in cards)}")
    page.emulate_media(media="print")
    image = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    context.close()
    read = [(str(code.format).replace(" ", ""), code.text) for code in zxingcpp.read_barcodes(image)]
    names = sorted(card["name"] for card in cards)
    assert sorted(text for kind, text in read if "QR" in kind) == names
    assert sorted(text for kind, text in read if "128" in kind) == names
