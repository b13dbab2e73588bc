"""Scenario L: finished goods unsold for 90 days are backlog: one alert, to an owner, once."""

import concurrent.futures
from datetime import UTC, datetime, timedelta

import pytest
from support import Json2Error


class Works:
    """A lamp that is made and sold, by JSON-2, as an outside program would work."""

    def __init__(self, client) -> None:
        self.client = client
        warehouse = client("stock.warehouse", "search_read", domain=[], limit=1)[0]
        self.stock, self.company = warehouse["lot_stock_id"][0], warehouse["company_id"][0]
        self.bulb = self.make("product.product", name="Bulb", is_storable=True, standard_price=3)
        self.lamp = self.make("product.product", name="Lamp", is_storable=True, standard_price=25)
        template = client("product.product", "read", ids=[self.lamp], fields=["product_tmpl_id"])[0]["product_tmpl_id"]
        self.make(
            "mrp.bom",
            product_tmpl_id=template[0],
            bom_line_ids=[[0, 0, {"product_id": self.bulb, "product_qty": 1}]],
        )
        self.cron = client("ir.model.data", "search_read", domain=[["name", "=", "mes_aging_alert_cron"]])[0]["res_id"]

    def make(self, model, **vals) -> int:
        return self.client(model, "create", vals_list=[vals])[0]

    def user(self, login, *groups) -> int:
        domain = [["module", "=", "mes_aging"], ["name", "in", [f"mes_aging_group_{group}" for group in groups]]]
        found = self.client("ir.model.data", "search_read", domain=domain, fields=["res_id"])
        ids = [[4, row["res_id"]] for row in found]
        return self.make("res.users", name=login, login=login, email=f"{login}@example.com", group_ids=ids)

    def produce(self, quantity, days_ago) -> None:
        order = self.make("mrp.production", product_id=self.lamp, product_qty=quantity)
        self.client("mrp.production", "action_confirm", ids=[order])
        self.client("mrp.production", "write", ids=[order], vals={"qty_producing": quantity})
        self.client("mrp.production", "set_qty_producing", ids=[order])
        self.client("mrp.production", "button_mark_done", ids=[order], context={"skip_consumption": True})
        self.made_on(days_ago)

    def made_on(self, days_ago) -> None:
        """Say that the lamps were finished so many days ago."""
        domain = [["product_id", "=", self.lamp], ["location_dest_id", "=", self.stock]]
        lines = self.client("stock.move.line", "search", domain=domain)
        moment = datetime.now(UTC) - timedelta(days=days_ago, minutes=5)
        self.client("stock.move.line", "write", ids=lines, vals={"date": f"{moment:%Y-%m-%d %H:%M:%S}"})

    def run(self) -> None:
        """Let the daily run do its work."""
        self.client("ir.cron", "method_direct_trigger", ids=[self.cron])

    def alerts(self, **more) -> list[dict]:
        domain = [["product_id", "=", self.lamp], *([name, "=", value] for name, value in more.items())]
        return self.client("mes.aging.alert", "search_read", domain=domain, order="id")


@pytest.fixture
def works(odoo_server, json2):
    made = Works(json2(odoo_server))
    made.seller = made.user("seller", "user")
    made.client("res.company", "write", ids=[made.company], vals={"mes_aging_sales_id": made.seller})
    return made


def test_finished_goods_unsold_for_90_days_are_one_alert_to_an_owner(works, odoo_server, json2):
    client = works.client
    works.produce(40, days_ago=89)
    works.run()
    assert not works.alerts(reason="age"), "89 days are fine"
    works.made_on(90)
    for _day in range(3):
        works.run()
    (alert,) = works.alerts(reason="age")
    assert (alert["state"], alert["level"], alert["quantity"], alert["value"]) == ("open", "limit", 40, 1000)
    assert (alert["user_id"][0], alert["measured"], alert["limit"]) == (works.seller, 90, 90)
    activities = [["res_model", "=", "mes.aging.alert"], ["res_id", "=", alert["id"]]]
    assert client("mail.activity", "search_count", domain=activities) == 1
    mails = client("mail.mail", "search_read", domain=[["subject", "like", "Stock alerts"]], fields=["body_html"])
    assert sum("Too Old" in mail["body_html"] for mail in mails) == 1, "told once, not every day"
    assert client("product.product", "read", ids=[works.lamp], fields=["mes_is_backlog"])[0]["mes_is_backlog"]

    seller = json2(odoo_server, "seller")
    with pytest.raises(Json2Error):
        seller("mes.aging.alert", "write", ids=[alert["id"]], vals={"state": "closed"})
    seller("mes.aging.alert", "snooze", ids=[alert["id"]], until="2099-12-31", reason="A customer takes them")
    works.run()
    assert works.alerts(reason="age")[0]["state"] == "handled"

    # two who check at once find the new cause once
    policy = client("mes.aging.policy", "search", domain=[["kind", "=", "finished"]])
    client("mes.aging.policy", "write", ids=policy, vals={"max_idle_days": 30})
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(client, "mes.aging.alert", "action_check", ids=[alert["id"]]) for _number in range(6)]
        assert all(call.result() for call in calls)
    assert [found["state"] for found in works.alerts(reason="idle")] == ["open"]

    domain = [["product_id", "=", works.lamp], ["location_id", "=", works.stock]]
    quant = client("stock.quant", "search", domain=domain)
    client("stock.quant", "write", ids=quant, vals={"inventory_quantity": 0}, context={"inventory_mode": True})
    client("stock.quant", "action_apply_inventory", ids=quant)
    works.run()
    assert {found["state"] for found in works.alerts()} == {"closed"}, "closed by themselves"
    assert client("mail.activity", "search_count", domain=activities) == 0
