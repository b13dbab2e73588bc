"""Quality in the demonstration factory: control plans, measured lots, a rejected part of a lot, what waits."""

import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

# An axle of 12 mm with a tolerance of a twentieth, and a process that runs a little large.
NOMINAL, TOLERANCE, MEAN, DEVIATION = 12.0, 0.05, 12.008, 0.011
MEASURED_LOTS, SAMPLE = 16, 5


class MesQualityDemo(models.AbstractModel):
    """Adds to the factory of the sibling addon when that one is installed and loaded.

    After loading: two control plans, sixteen measured inspections of axles (the control chart has something to say),
    40 axles of the June batch rejected and in quarantine, old carts held for a complaint and overdue, and three
    inspections to do, one of them late.
    """

    _name = "mes.quality.demo"
    _description = "Quality in the Demonstration Factory"

    @api.model
    def _load_demo(self, factory):
        """Called by the factory when it stands itself; a second call changes nothing."""
        if factory._find("quality_plan_axle"):
            return
        self = self.with_env(factory.env)
        self._date_origins(factory)
        axle_plan = self._load_axle_plan(factory)
        self._measure_axles(factory, axle_plan)
        axle_plan.blocks = True  # from now on: what was measured until today has been in use
        self._load_todo(factory, self._load_cart_plan(factory))
        self._load_holds(factory)

    def _say(self, factory, english, chinese):
        return chinese if factory._is_chinese() else english

    def _date_origins(self, factory):
        """The factory dates its receipts back after they were made: origins follow them."""
        for origin in self.env["mes.quality.origin"].search([("move_line_id", "!=", False)]):
            origin.date = origin.move_line_id.date

    # -- control plans ------------------------------------------------------------------------------------------

    def _load_axle_plan(self, factory):
        vals = {
            "name": self._say(factory, "Axles: incoming inspection", "轮轴来料检验"),
            "trigger": "receipt",
            "product_ids": [Command.set(factory._get("product_axle").ids)],
            "sampling": "fixed",
            "sampling_qty": SAMPLE,
            "blocks": False,
            "company_id": self.env.company.id,
            "characteristic_ids": [
                Command.create(
                    {
                        "name": self._say(factory, "Diameter", "直径"),
                        "kind": "measure",
                        "each_sample": True,
                        "unit": "mm",
                        "nominal": NOMINAL,
                        "has_lower": True,
                        "lower_limit": NOMINAL - TOLERANCE,
                        "has_upper": True,
                        "upper_limit": NOMINAL + TOLERANCE,
                    }
                ),
                Command.create({"name": self._say(factory, "No rust, no burr", "无锈蚀、无毛刺"), "kind": "check"}),
            ],
        }
        return factory._ensure("quality_plan_axle", "mes.quality.plan", vals)

    def _load_cart_plan(self, factory):
        checks = (
            ("Wheels turn freely", "车轮转动灵活"),
            ("Paint without scratch", "漆面无划痕"),
            ("Label on", "标签齐全"),
        )
        vals = {
            "name": self._say(factory, "Carts: before delivery", "工具车出货检验"),
            "trigger": "delivery",
            "product_ids": [Command.set(factory._get("product_cart_power").ids)],
            "sampling": "percentage",
            "sampling_percent": 10,
            "blocks": False,
            "company_id": self.env.company.id,
            "characteristic_ids": [
                Command.create({"name": self._say(factory, *texts), "kind": "check", "sequence": 10 * number})
                for number, texts in enumerate(checks, 1)
            ],
        }
        return factory._ensure("quality_plan_cart", "mes.quality.plan", vals)

    # -- what was measured --------------------------------------------------------------------------------------

    def _measure_axles(self, factory, plan):
        """Pass measured inspections of the past sixteen working days; the last ones drift upwards."""
        numbers = random.Random(12)  # the same story each time
        lot = self._find_lot(factory, "axle", "JUNE-A")
        inspections = self.env["mes.quality.inspection"].create(
            [{"plan_id": plan.id, "lot_id": lot.id, "quantity": SAMPLE} for _lot in range(MEASURED_LOTS)]
        )
        for number, inspection in enumerate(inspections):
            drift = max(0, number - MEASURED_LOTS + 5) * 0.003
            for line in inspection.line_ids:
                if line.kind == "measure":
                    line.write({"value": round(numbers.gauss(MEAN + drift, DEVIATION), 3), "is_recorded": True})
                else:
                    line.verdict = "pass"
        bad = inspections.filtered("defect_count")
        (inspections - bad).action_pass()
        bad.action_pass(self._say(factory, "Measured again: good", "复测合格"))
        self._date_back(inspections)

    def _date_back(self, inspections):
        """Let the inspections lie a day apart, the last one yesterday."""
        self.env.flush_all()
        now = fields.Datetime.now()
        for number, inspection in enumerate(inspections):
            date = now - timedelta(days=len(inspections) - number)
            done = "UPDATE mes_quality_inspection SET date_done = %s, date_due = %s WHERE id = %s"
            measured = "UPDATE mes_quality_inspection_line SET date = %s WHERE inspection_id = %s"
            self.env.cr.execute(SQL(done, date, date, inspection.id))
            self.env.cr.execute(SQL(measured, date, inspection.id))
        self.env.invalidate_all()

    # -- what is held -------------------------------------------------------------------------------------------

    def _load_holds(self, factory):
        Hold = self.env["mes.quality.hold"]
        june = self._find_lot(factory, "axle", "JUNE-A")
        old = self._find_lot(factory, "cart_old", "CA-OLD-0611")
        Hold._create_for_part(
            june,
            factory._get("central_store"),
            40,
            self._say(factory, "Diameter below 11.95 mm", "直径小于 11.95 mm"),
            level="rejected",
            reason_id=self.env.ref("mes_quality.mes_quality_reason_inspection").id,
        )
        held = Hold._create_for_lots(
            old,
            self._say(factory, "Customer complaint: the paint comes off", "客户投诉：漆面脱落"),
            reason_id=self.env.ref("mes_quality.mes_quality_reason_complaint").id,
        )
        held.date_due = fields.Date.today() - timedelta(days=2)

    # -- what waits ---------------------------------------------------------------------------------------------

    def _load_todo(self, factory, plan):
        now = fields.Datetime.now()
        lot = self._find_lot(factory, "cart_old", "CA-OLD-0611")
        self.env["mes.quality.inspection"].create(
            [
                {
                    "plan_id": plan.id,
                    "lot_id": lot.id,
                    "quantity": lot.product_qty,
                    "date_due": now + timedelta(hours=hours),
                }
                for hours in (-3, 2, 26)
            ]
        )

    def _find_lot(self, factory, product, name):
        return self.env["stock.lot"].search(
            [("name", "=", name), ("product_id", "=", factory._get(f"product_{product}").id)], limit=1
        )
