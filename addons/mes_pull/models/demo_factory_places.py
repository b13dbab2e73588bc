"""The demonstration factory's calendar, people, places, work centres and lines."""

from odoo import api, models
from odoo.fields import Command

SHIFTS = (("Morning", 8, 12, "morning"), ("Afternoon", 13, 17, "afternoon"))
WORKING_DAYS = "01234"
SETTINGS = ("group_stock_multi_locations", "group_stock_production_lot", "group_mrp_routings")


class MesPullDemo(models.AbstractModel):
    _inherit = "mes.pull.demo"

    def _load_settings(self):
        """Switch on what the factory needs to be seen: places, lots and operations."""
        settings = self.env["res.config.settings"]
        if not all(settings.default_get(SETTINGS).get(name) for name in SETTINGS):
            settings.create(dict.fromkeys(SETTINGS, True)).execute()

    def _load_calendar(self):
        self._ensure("calendar", "resource.calendar", self._prepare_calendar_vals())

    def _prepare_calendar_vals(self):
        """Return an eight-hour day with a lunch break, Monday to Friday."""
        return {
            "name": "Day shift, 8 hours" if not self._is_chinese() else "白班八小时",
            "company_id": self.env.company.id,
            "tz": self._get_timezone(),
            "attendance_ids": [Command.clear()]
            + [
                Command.create(
                    {
                        "name": name,
                        "dayofweek": day,
                        "hour_from": start,
                        "hour_to": stop,
                        "day_period": period,
                    }
                )
                for day in WORKING_DAYS
                for name, start, stop, period in SHIFTS
            ],
        }

    # -- people -------------------------------------------------------------------------------------------------

    def _load_partners(self):
        for row in self._get_rows("partners"):
            self._ensure(f"partner_{row['key']}", "res.partner", self._prepare_partner_vals(row))

    def _prepare_partner_vals(self, row):
        return {
            "name": self._get_text(row),
            "email": row["email"],
            "city": self._get_text(row, "city"),
            "is_company": True,
            "company_id": self.env.company.id,
            "supplier_rank": int(row["kind"] == "vendor"),
            "customer_rank": int(row["kind"] == "customer"),
        }

    def _load_users(self):
        for row in self._get_rows("users"):
            self._ensure(f"user_{row['key']}", "res.users", self._prepare_user_vals(row))

    def _prepare_user_vals(self, row):
        """Return a user without password: nobody can log in, but the badge works at a shared station."""
        return {
            "name": self._get_text(row),
            "login": row["login"],
            "email": f"{row['login']}@example.com",
            "notification_type": "inbox",
            "tz": self._get_timezone(),
            "mes_badge": row["badge"],
            "company_id": self.env.company.id,
            "company_ids": [Command.set(self.env.company.ids)],
            "group_ids": [
                Command.link(self.env.ref("base.group_user").id),
                Command.link(self.env.ref(f"mes_pull.mes_pull_group_{row['group']}").id),
            ],
        }

    @api.model
    def _load_passwords(self):
        """Let the factory's people log in with their login as password: for demonstration databases only.

        Private, so that it can be called by demo data and by scripts, never over RPC.
        """
        for row in self._get_rows("users"):
            user = self._find(f"user_{row['key']}")
            if user:
                user.sudo().password = row["login"]

    # -- places -------------------------------------------------------------------------------------------------

    def _load_locations(self):
        warehouse = self._get_warehouse()
        parents = {
            "stock": warehouse.lot_stock_id,
            "shop_floor": self.env.company._mes_get_line_side().location_id,
        }
        for row in self._get_rows("locations"):
            vals = self._prepare_location_vals(row, parents[row["parent"]])
            self._ensure(row["key"], "stock.location", vals)

    def _prepare_location_vals(self, row, parent):
        return {
            "name": self._get_text(row),
            "location_id": parent.id,
            "usage": "internal",
            "barcode": row["barcode"],
            "company_id": self.env.company.id,
        }

    # -- lines --------------------------------------------------------------------------------------------------

    def _load_workcenters(self):
        for sequence, row in enumerate(self._get_rows("workcenters"), 1):
            vals = self._prepare_workcenter_vals(row, sequence)
            self._ensure(f"workcenter_{row['key']}", "mrp.workcenter", vals)

    def _prepare_workcenter_vals(self, row, sequence):
        return {
            "name": self._get_text(row),
            "code": row["code"],
            "sequence": sequence,
            "color": sequence,
            "costs_hour": float(row["cost_hour"]),
            "time_start": float(row["setup"]),
            "time_stop": float(row["cleanup"]),
            "resource_calendar_id": self._get("calendar").id,
            "company_id": self.env.company.id,
        }

    def _load_operation_types(self):
        for row in self._get_rows("operation_types"):
            vals = self._prepare_operation_type_vals(row)
            self._in_english()._ensure(f"type_{row['key']}", "stock.picking.type", vals)

    def _prepare_operation_type_vals(self, row):
        """Return a line's operation type: it takes from the line, so that what was withdrawn is consumed there.

        It never reserves by itself: parts are taken by scan when they are needed, not when an order is confirmed.
        """
        return {
            "name": row["name"],
            "code": "mrp_operation",
            "sequence_code": row["code"],
            "warehouse_id": self._get_warehouse().id,
            "default_location_src_id": self._get(row["source"]).id,
            "default_location_dest_id": self._get(row["destination"]).id,
            "reservation_method": "manual",
            "company_id": self.env.company.id,
        }
