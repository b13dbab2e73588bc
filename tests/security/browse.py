"""Opens pages in a browser and tells where text was taken for HTML or script, or the screen fell over."""

from calls import start
from playwright.sync_api import Error, sync_playwright
from support import log_in

INSERTED = "document.querySelectorAll('img[src=\"x\"]').length"


def look(server, chromium, pages):
    """Return what was found as texts: a dialog, a script that ran, an element that the text made, an error dialog."""
    found, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        log_in(page, server)
        for address in pages:
            said.clear()
            try:
                visit(page, server.url + address)
                if page.evaluate("window.mesXss") or "xss" in said:
                    found.append(f"{address}: the text was run")
                elif page.evaluate(INSERTED):
                    found.append(f"{address}: the text became an element")
                elif page.locator(".o_error_dialog").count():
                    found.append(f"{address}: {page.locator('.o_error_dialog').first.inner_text()[:400]}")
            except Error as error:
                found.append(f"{address}: {str(error)[:400]}")
        browser.close()
    return found


def visit(page, url):
    """Open a page and wait until it is drawn: reports at once, screens when their action stands."""
    page.goto(url, wait_until="load")
    if "/report/" not in url:
        page.wait_for_selector(".o_action_manager > *", timeout=60_000)
        page.wait_for_selector(".o_loading_indicator", state="hidden", timeout=60_000)
        page.wait_for_timeout(1000)


def check(database, seed, chromium, pages):
    """Look at these pages of a server of its own; see `look`."""
    server = start(database)
    try:
        return look(server, chromium, pages)
    finally:
        server.kill()
