"""A stamping and a welding line, made by JSON-2 as an outside program would make them."""


class Factory:
    """1000 stamped parts in a supermarket of 10 cards x 100; welding is downstream, blanks are there."""

    def __init__(self, client) -> None:
        self.client = client
        warehouse = client("stock.warehouse", "search_read", domain=[], fields=["lot_stock_id"], limit=1)[0]
        self.stock = warehouse["lot_stock_id"][0]
        self.market = self.make("stock.location", name="Stamped store", location_id=self.stock, barcode="S-STAMPED")
        floor = self.make("stock.location", name="Shop Floor", usage="view")
        self.line = self.make("stock.location", name="Welding", location_id=floor, barcode="S-WELDING")
        press = self.make("mrp.workcenter", name="Press")
        self.blank = self.make("product.product", name="Blank", is_storable=True)
        self.part = self.make("product.product", name="Stamped part", is_storable=True, barcode="5901234123457")
        template = client("product.product", "read", ids=[self.part], fields=["product_tmpl_id"])[0]
        self.make(
            "mrp.bom",
            product_tmpl_id=template["product_tmpl_id"][0],
            bom_line_ids=[[0, 0, {"product_id": self.blank, "product_qty": 1}]],
            operation_ids=[[0, 0, {"name": "Stamp", "workcenter_id": press, "time_cycle_manual": 1}]],
        )
        self.loop = self.make(
            "mes.pull.loop",
            product_id=self.part,
            location_id=self.market,
            location_dest_id=self.line,
            supply_method="manufacture",
            container_qty=100,
            card_count=10,
        )
        self.count(self.blank, self.stock, 5000)
        self.count(self.part, self.market, 1000)

    def make(self, model, **vals) -> int:
        return self.client(model, "create", vals_list=[vals])[0]

    def count(self, product, place, quantity) -> None:
        """Book an inventory count."""
        quant = self.client(
            "stock.quant",
            "create",
            vals_list=[{"product_id": product, "location_id": place, "inventory_quantity": quantity}],
            context={"inventory_mode": True},
        )
        self.client("stock.quant", "action_apply_inventory", ids=quant)

    def make_user(self, login, *groups) -> None:
        """A user of the given roles of mes_pull (``operator``, ``planner``), with the login as password."""
        names = [f"mes_pull_group_{group}" for group in groups]
        found = self.client(
            "ir.model.data",
            "search_read",
            domain=[["module", "=", "mes_pull"], ["name", "in", names]],
            fields=["res_id"],
        )
        ids = [row["res_id"] for row in found]
        self.make("res.users", name=login, login=login, password=login, group_ids=[[4, group] for group in ids])

    def figures(self) -> dict:
        """Return the loop's figures as any program reads them."""
        names = ["on_hand_qty", "on_order_qty", "authorised_qty", "position_qty", "room_qty"]
        return self.client("mes.pull.loop", "read", ids=[self.loop], fields=names)[0]

    def orders(self) -> list[dict]:
        return self.client(
            "mrp.production",
            "search_read",
            domain=[["product_id", "=", self.part]],
            fields=["product_qty", "state", "mes_loop_id"],
            order="id",
        )
