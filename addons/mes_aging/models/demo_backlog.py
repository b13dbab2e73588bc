"""Backlog in the demonstration factory: what nobody buys any more, and the cases that clear it, for half a year."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command

CHINESE = "zh_CN"
TARGETS = {"raw": 2500, "wip": 400, "finished": 8000}
#: The vendor of the motors takes them back within so many days, for so many percent.
RETURN_DAYS, RETURN_FEE = 180, 10
NOTED_MONTHS = 7
#: In this order: later ones find what earlier ones left.
DEMO_CASES = (
    *("mini_sold", "trolleys_given", "motors_returned", "frames_scrapped", "powder_given_up"),
    *("green_promotion", "mini_offered", "trolleys_taken_apart", "trolleys_finished"),
    *("powder_undecided", "frames_to_convert"),
)


class MesAgingDemo(models.AbstractModel):
    """After loading there are these clearance cases, with Odoo's own documents dated back:

    * cleared: mini carts sold in a promotion, trolleys given to a hospital, motors returned to their vendor, red frames
      scrapped with a proof; and one that was given up
    * in progress: green carts in a promotion, ten of 25 sold, some to be given away or painted; trolleys of which four
      were taken apart, some more in a bundle; mini carts offered to two dealers, overdue; an order of
      trolleys that is finished first
    * to decide: red paint, and red frames to be made blue
    """

    _inherit = "mes.aging.demo"

    @api.model
    def _load_demo(self, factory):
        if not factory._find("aging_policy_raw"):  # which stops buying what nobody needs
            self.with_env(factory.env)._load_backlog(factory)
        self._load_backlog_names(factory)
        return super()._load_demo(factory)

    def _load_backlog(self, factory):
        clock = factory._get_clock()
        rows = factory._get_rows("backlog", "mes_aging")
        self._load_backlog_settings(factory)
        self._load_backlog_products(factory, rows)
        self._load_backlog_stock(factory, clock, rows)
        for name in DEMO_CASES:
            getattr(self, f"_load_{name}")(factory, clock)
        self._load_noted_months(self.env.company)

    # -- what there is ------------------------------------------------------------------------------------------

    def _load_backlog_settings(self, factory):
        """Switch on pricelists, which promotions need; set the targets; let the planner clear backlog."""
        feature = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").write({"implied_ids": [Command.link(feature.id)]})
        self.env.company.write({f"mes_backlog_target_{kind}": target for kind, target in TARGETS.items()})
        planner = factory._get("user_planner")
        planner.group_ids = [Command.link(self.env.ref("mes_aging.mes_aging_group_user").id)]

    def _load_backlog_products(self, factory, rows):
        for row in rows:
            english = factory._in_english()
            product = english._ensure(f"product_{row['key']}", "product.product", self._prepare_backlog(factory, row))
            if row["vendor"]:
                factory._ensure(
                    f"price_{row['key']}", "product.supplierinfo", self._prepare_price(factory, product, row)
                )
        trolley, parts = factory._get("product_trolley"), {"trolley_frame": 1, "trolley_tray": 2}
        vals = {
            "product_tmpl_id": trolley.product_tmpl_id.id,
            "company_id": self.env.company.id,
            "bom_line_ids": [
                Command.create({"product_id": factory._get(f"product_{key}").id, "product_qty": quantity})
                for key, quantity in parts.items()
            ],
        }
        factory._ensure("bom_trolley", "mrp.bom", vals)

    def _prepare_backlog(self, factory, row):
        return {
            "name": row["name"],
            "default_code": row["code"],
            "type": "consu",
            "is_storable": True,
            "tracking": "lot" if row["lot"] else "none",
            "categ_id": factory._get(f"category_{row['category']}").id,
            "uom_id": self.env.ref("uom.product_uom_unit").id,
            "standard_price": float(row["cost"]),
            "list_price": float(row["price"]),
            "sale_ok": row["category"] == "finished",
            "purchase_ok": bool(row["vendor"]),
            "mes_aging_kind_manual": row["kind"] or False,
            "company_id": self.env.company.id,
        }

    def _prepare_price(self, factory, product, row):
        terms = {"mes_return_days": RETURN_DAYS, "mes_return_fee": RETURN_FEE} if row["key"] == "motor" else {}
        return {
            "product_tmpl_id": product.product_tmpl_id.id,
            "partner_id": factory._get(f"partner_{row['vendor']}").id,
            "price": float(row["cost"]),
            "company_id": self.env.company.id,
            **terms,
        }

    def _load_backlog_names(self, factory):
        """Give the products their Chinese names when Chinese is installed."""
        if CHINESE not in dict(self.env["res.lang"].get_installed()):
            return
        for row in factory._get_rows("backlog", "mes_aging"):
            product = factory._find(f"product_{row['key']}")
            if product and product.with_context(lang=CHINESE).name == row["name"]:
                product.update_field_translations("name", {CHINESE: row["name_zh"]})

    def _load_backlog_stock(self, factory, clock, rows):
        """Receive what was bought and count what was made, the oldest first."""
        for row in sorted(rows, key=lambda row: -int(row["days"])):
            moment = self._at(clock, int(row["days"]))
            if row["vendor"]:
                vendor = factory._get(f"partner_{row['vendor']}")
                line = {"product": row["key"], **row}
                order = factory._buy(vendor, [line], clock, moment - timedelta(days=5))
                factory._receive(order, clock, moment, [{**line, "note": ""}])
            else:
                factory._count([{"product": row["key"], **row}], clock, moment)

    def _at(self, clock, days, hour=9):
        """Return a moment so many days ago."""
        return clock.at(clock.today() - timedelta(days=days), hour)

    # -- cases --------------------------------------------------------------------------------------------------

    def _open_demo_case(self, factory, key, product, quantity, **more):
        """Return a new case, and its claim remembered as ``clearance_<key>``."""
        vals = {"product_id": factory._get(f"product_{product}").id, "quantity": quantity, "user_id": self.env.uid}
        case = self.env["mes.aging.clearance"].create({**vals, **more})
        return factory._remember(f"clearance_{key}", case)

    def _plan_demo(self, case, route, quantity, **more):
        vals = {"clearance_id": case.id, "route": route, "quantity": quantity, **more}
        return self.env["mes.aging.clearance.line"].create(vals)

    def _date_demo_case(self, clock, case, opened, deadline, done=None):
        """Date a case back: opened, due and closed so many days ago."""
        moment, today = self._at(clock, opened), clock.today()
        ended = {"date_done": self._at(clock, done, 15)} if done is not None else {}
        due = today - timedelta(days=deadline)
        clock.set(case, date_opened=moment, create_date=moment, date_deadline=due, **ended)

    def _sell_from_case(self, factory, clock, line, quantity, days):
        """A customer orders at the promotion's price, and gets it on the next day."""
        vals = {
            "partner_id": factory._get("partner_customer_one").id,
            "company_id": self.env.company.id,
            "pricelist_id": line.pricelist_id.id,
            "order_line": [Command.create({"product_id": line.product_id.id, "product_uom_qty": quantity})],
        }
        order = self.env["sale.order"].create(vals)
        order.action_confirm()
        clock.stamp(self._at(clock, days))
        factory._finish_transfer(order.picking_ids, clock, self._at(clock, days - 1))

    def _ship_line(self, factory, clock, line, days):
        factory._finish_transfer(line.move_ids.picking_id, clock, self._at(clock, days))

    def _load_mini_sold(self, factory, clock):
        case = self._open_demo_case(factory, "mini_sold", "cart_mini", 15, floor_price=40)
        line = self._plan_demo(case, "promotion", 15, price_unit=48)
        case.action_execute()
        self._sell_from_case(factory, clock, line, 9, 150)
        self._sell_from_case(factory, clock, line, 6, 138)
        self._date_demo_case(clock, case, 165, 135, 137)

    def _load_trolleys_given(self, factory, clock):
        case = self._open_demo_case(factory, "trolley_given", "trolley", 4, user_id=factory._get("user_planner").id)
        hospital = factory._get("partner_customer_three")
        line = self._plan_demo(case, "donate", 4, partner_id=hospital.id)
        case.action_execute()
        self._ship_line(factory, clock, line, 92)
        self._date_demo_case(clock, case, 110, 80, 92)

    def _load_motors_returned(self, factory, clock):
        case = self._open_demo_case(factory, "motor", "motor", 40)
        line = self._plan_demo(case, "vendor_return", 40, is_unopened=True)
        case.action_execute()
        self._ship_line(factory, clock, line, 48)
        self._date_demo_case(clock, case, 62, 32, 48)

    def _load_frames_scrapped(self, factory, clock):
        case = self._open_demo_case(factory, "frame_scrapped", "frame_red", 6)
        proof = {"name": "rust.txt", "raw": b"Rust under the primer", "res_model": case._name, "res_id": case.id}
        self.env["ir.attachment"].create(proof)
        reason = "底漆下生锈" if factory._is_chinese() else "Rust under the primer"
        self._plan_demo(case, "scrap", 6, reason=reason)
        case.action_execute()
        clock.stamp(self._at(clock, 20))
        self._date_demo_case(clock, case, 35, 5, 20)

    def _load_powder_given_up(self, factory, clock):
        case = self._open_demo_case(factory, "powder_given_up", "powder_red", 50)
        case.action_cancel()
        self._date_demo_case(clock, case, 75, 45, 50)

    def _load_green_promotion(self, factory, clock):
        case = self._open_demo_case(factory, "green", "cart_green", 36, floor_price=70)
        line = self._plan_demo(case, "promotion", 25, price_unit=85)
        line.action_execute()
        self._sell_from_case(factory, clock, line, 10, 12)
        self._plan_demo(case, "donate", 5, partner_id=factory._get("partner_customer_three").id)
        self._plan_demo(case, "rework", 6, **self._prepare_painting(factory))
        self._date_demo_case(clock, case, 28, -12)

    def _load_mini_offered(self, factory, clock):
        case = self._open_demo_case(factory, "mini", "cart_mini", 20, floor_price=35)
        dealers = factory._get("partner_customer_one") | factory._get("partner_customer_two")
        line = self._plan_demo(case, "channel", 20, price_unit=41, dealer_ids=[Command.set(dealers.ids)])
        line.action_execute()
        clock.stamp(self._at(clock, 26))
        self._date_demo_case(clock, case, 40, 4)

    def _load_trolleys_taken_apart(self, factory, clock):
        case = self._open_demo_case(factory, "trolley", "trolley", 10, user_id=factory._get("user_planner").id)
        line = self._plan_demo(case, "disassemble", 4)
        line.action_execute()
        clock.stamp(self._at(clock, 6))
        companions = factory._get("product_cart")
        self._plan_demo(case, "bundle", 4, companion_ids=[Command.set(companions.ids)])
        self._date_demo_case(clock, case, 15, -10)

    def _load_trolleys_finished(self, factory, clock):
        order = self._begin_trolleys(factory, clock)
        case = self._open_demo_case(factory, "trolley_order", "trolley", 2, production_id=order.id)
        self._plan_demo(case, "finish", 2).action_execute()
        self._date_demo_case(clock, case, 8, -20)

    def _begin_trolleys(self, factory, clock):
        """Two trolleys were begun when the customer's order came, and left when it was cancelled."""
        order = self.env["mrp.production"].create(
            {
                "product_id": factory._get("product_trolley").id,
                "product_qty": 2,
                "bom_id": factory._get("bom_trolley").id,
                "company_id": self.env.company.id,
            }
        )
        order.action_confirm()
        order.action_assign()
        frame = order.move_raw_ids.filtered(lambda move: move.product_id == factory._get("product_trolley_frame"))
        frame.write({"quantity": 2, "picked": True})
        frame._action_done()
        begun = self._at(clock, 190)
        clock.stamp(begun)
        clock.set(order, date_start=begun)
        return order

    def _load_powder_undecided(self, factory, clock):
        case = self._open_demo_case(factory, "powder", "powder_red", 100)
        self._date_demo_case(clock, case, 3, -27)

    def _load_frames_to_convert(self, factory, clock):
        case = self._open_demo_case(factory, "frame", "frame_red", 18, user_id=factory._get("user_planner").id)
        target = {"target_product_id": factory._get("product_painted").id}
        self._plan_demo(case, "convert", 12, **target, **self._prepare_painting(factory))
        self._date_demo_case(clock, case, 10, -18)

    def _prepare_painting(self, factory):
        """Return what makes something old blue."""
        powder = {"product_id": factory._get("product_powder_blue").id, "quantity": 0.4}
        work = {"workcenter_id": factory._get("workcenter_painting").id, "minutes": 3}
        return {**work, "part_ids": [Command.create(powder)]}

    # -- the months before --------------------------------------------------------------------------------------

    def _load_noted_months(self, company):
        """Note the backlog on the first of each month: what is on hand now, less what came since, and what went."""
        Product = self.env["product.product"]
        Product._mes_refresh_kinds()
        stock = self._read_stock_now(company)
        products = Product.browse({product.id for product, _lot in stock})
        limits = self.env["mes.aging.layer"]._get_backlog_limits(company, products.ids)
        first = fields.Date.today().replace(day=1)
        vals_list = []
        for number in range(NOTED_MONTHS):
            day = first - relativedelta(months=number)
            noted = self._read_stock_on(company, stock, day, limits)
            vals_list += [self._prepare_noted(company, product, day, *sums) for product, sums in noted.items()]
        self.env["mes.aging.snapshot"].create(vals_list)

    def _read_stock_now(self, company):
        """Return ``{(product, lot): (quantity, day since when)}``."""
        domain = [("company_id", "=", company.id), ("location_id.usage", "in", ("internal", "transit"))]
        groups = self.env["stock.quant"]._read_group(domain, ["product_id", "lot_id"], ["quantity:sum", "in_date:min"])
        return {
            (product, lot): (quantity, (lot.mes_first_in or since).date()) for product, lot, quantity, since in groups
        }

    def _read_stock_on(self, company, stock, day, limits):
        """Return ``{product: (quantity, backlog)}`` at the beginning of a day."""
        groups = self.env["stock.move.line"]._read_group(
            [("company_id", "=", company.id), ("state", "=", "done"), ("mes_flow", "!=", False), ("date", ">=", day)],
            ["product_id", "lot_id", "mes_flow"],
            ["quantity_product_uom:sum"],
        )
        since = {}
        for product, lot, flow, quantity in groups:
            sign = 1 if flow in ("supply", "gain") else -1
            since[product, lot] = since.get((product, lot), 0) + sign * quantity
        noted = {}
        for (product, lot), (quantity, begun) in stock.items():
            there = quantity - since.get((product, lot), 0)
            if product.uom_id.compare(there, 0) > 0:
                is_backlog = (day - begun).days >= limits.get(product.id, 0)
                total, old = noted.get(product, (0, 0))
                noted[product] = (total + there, old + there * is_backlog)
        return noted

    def _prepare_noted(self, company, product, day, quantity, backlog):
        return {
            "company_id": company.id,
            "product_id": product.id,
            "date": day,
            "categ_id": product.categ_id.id,
            "kind": product.mes_aging_kind,
            "quantity": quantity,
            "value": quantity * product.standard_price,
            "backlog_quantity": backlog,
            "backlog_value": backlog * product.standard_price,
        }
