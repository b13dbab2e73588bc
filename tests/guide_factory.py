"""The factory in which the examples of `docs/` run: stamping and welding, and a vendor's two lots of axles."""

from factory import Factory

ROLES = {
    "mes_pull": ["mes_pull_group_operator"],
    "mes_quality": ["mes_quality_group_user"],
    "mes_aging": ["mes_aging_group_user"],
    "stock": ["group_stock_user"],
}


class GuideFactory(Factory):
    def __init__(self, client) -> None:
        super().__init__(client)
        self.axle = self.make("product.product", name="Axle", is_storable=True, tracking="lot", standard_price=5)
        self.vendor = self.make("res.partner", name="Supplier A")
        self.receive({"A-MARCH-1": 800, "A-MARCH-2": 200})

    def receive(self, lots: dict) -> None:
        """Buy axles and receive these lots of them."""
        line = {"product_id": self.axle, "product_qty": sum(lots.values()), "price_unit": 7}
        order = self.make("purchase.order", partner_id=self.vendor, order_line=[[0, 0, line]])
        self.client("purchase.order", "button_confirm", ids=[order])
        picking = self.client("purchase.order", "read", ids=[order], fields=["picking_ids"])[0]["picking_ids"][0]
        move = self.client("stock.move", "search", domain=[["picking_id", "=", picking]])
        lines = [
            [0, 0, {"product_id": self.axle, "lot_name": name, "quantity": quantity, "picked": True}]
            for name, quantity in lots.items()
        ]
        self.client("stock.move", "write", ids=move, vals={"move_line_ids": [[5], *lines]})
        self.client("stock.picking", "button_validate", ids=[picking])

    def make_program(self, login: str) -> None:
        """The user of an outside program, with the roles that the guide names."""
        groups = []
        for module, names in ROLES.items():
            domain = [["module", "=", module], ["name", "in", names]]
            found = self.client("ir.model.data", "search_read", domain=domain, fields=["res_id"])
            groups += [[4, row["res_id"]] for row in found]
        self.make("res.users", name=login, login=login, group_ids=groups)
