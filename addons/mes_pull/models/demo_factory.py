"""The demonstration factory: who may load it, in which order, and the helpers that its parts share."""

import csv

import pytz

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import file_open

from ..demo.clock import DemoClock

PREFIX = "demo_"
CHINESE = "zh_CN"


class MesPullDemo(models.AbstractModel):
    """A cart factory with five stages, three weeks of history and an open present.

    Steel coil → blank → stamped bracket → welded frame → painted frame → cart: each stage pulls from the one before
    it out of a supermarket. Master data stand in the tables under ``demo/tables``; history consists of Odoo's own
    documents, made through the ORM and by scans, and dated back afterwards.

    The figures at the end of loading are those of the project's scenarios: 1000 stamped brackets on hand and
    authorised, 500 swivel castors on hand, an order of 800 carts on a line that makes 200 a day, 800 resistors with
    600 needed in the next three days and 200 as safety, and a batch of 1000 axles that Supplier A sent in March.

    **To extend it**, override `_get_parts` (each name has a method ``_load_<name>``), or add an abstract model
    ``mes.<something>.demo`` with a method ``_load_demo(factory)``: it is called when the factory itself stands, so
    that an addon that does not depend on this one can take part. Everything is found by `_find` (xml id
    ``mes_pull.demo_<key>``).
    """

    _name = "mes.pull.demo"
    _description = "Demonstration Factory"

    @api.model
    def action_load(self):
        """Load the demonstration factory into the current company; a second call changes nothing.

        The people in it get no password, so that nobody can log in as them; their badges work at a station.

        :return: a notification for the web client
        :rtype: dict
        :raises odoo.exceptions.AccessError: for everybody but administrators and production managers
        :raises odoo.exceptions.UserError: when another company has it: there is one factory in a database
        """
        self._check_may_load()
        self._check_loaded_here()
        factory = self._get_factory()
        for part in factory._get_parts():
            getattr(factory, f"_load_{part}")()
        for name in factory._get_extensions():
            factory.env[name]._load_demo(factory)
        return self._prepare_answer()

    @api.model
    def _get_parts(self):
        """Return the parts in the order of loading; each has a method ``_load_<part>``."""
        return [
            "settings",
            "calendar",
            "partners",
            "users",
            "locations",
            "workcenters",
            "operation_types",
            "categories",
            "products",
            "vendors",
            "boms",
            "orderpoints",
            "chinese_names",
            "history",
        ]

    @api.model
    def _get_extensions(self):
        """Return the names of other addons' abstract models that add to the factory, in alphabetical order."""
        return sorted(
            name
            for name in self.env.registry
            if name.startswith("mes.") and name.endswith(".demo") and hasattr(self.env[name], "_load_demo")
        )

    def _check_may_load(self):
        user = self.env.user
        allowed = ("base.group_system", "mes_pull.mes_pull_group_manager")
        if not self.env.su and not any(user.has_group(group) for group in allowed):
            raise AccessError(self.env._("Only administrators and production managers may load the factory."))

    def _check_loaded_here(self):
        owner = (self._find("workcenter_stamping") or self.env["mrp.workcenter"]).sudo().company_id
        if owner and owner != self.env.company:
            raise UserError(self.env._("The factory is in another company of this database. Switch to that company."))

    def _get_factory(self):
        """Return the loader as superuser, in the user's language, without mails and without log entries."""
        return self.sudo().with_context(
            lang=self.env.lang or self.env.user.lang,
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            mail_notrack=True,
            no_reset_password=True,
        )

    def _prepare_answer(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The demonstration factory is loaded. Open the pull board to see it at work."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- tables -------------------------------------------------------------------------------------------------

    @api.model
    def _get_rows(self, table, module="mes_pull"):
        """Return the rows of ``demo/tables/<table>.csv`` of ``module`` as dicts of strings."""
        with file_open(f"{module}/demo/tables/{table}.csv", "r") as file:
            return list(csv.DictReader(file))

    def _get_text(self, row, column="name"):
        """Return a name that Odoo does not translate (a place, a person): in the language of who loads."""
        return row[f"{column}_zh"] if self._is_chinese() else row[column]

    def _is_chinese(self):
        return self.env.lang == CHINESE

    def _in_english(self):
        """Return the loader for records whose names Odoo translates: they are created with their English source."""
        return self.with_context(lang="en_US")

    # -- records ------------------------------------------------------------------------------------------------

    @api.model
    def _find(self, key):
        """Return the factory's record ``key`` (xml id ``mes_pull.demo_<key>``), or ``None``."""
        return self.env.ref(f"mes_pull.{PREFIX}{key}", raise_if_not_found=False)

    def _get(self, key):
        """Return the factory's record ``key``; it must be there."""
        return self.env.ref(f"mes_pull.{PREFIX}{key}")

    def _remember(self, key, record):
        """Give ``record`` its xml id, so that it is found again; an upgrade of the addon leaves it alone."""
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"mes_pull.{PREFIX}{key}", "record": record, "noupdate": True}]
        )
        return record

    def _ensure(self, key, model, vals):
        """Return the factory's record ``key``, created from ``vals`` when it is missing."""
        return self._find(key) or self._remember(key, self.env[model].create(vals))

    @api.model
    def _get_warehouse(self):
        return self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)

    # -- time ---------------------------------------------------------------------------------------------------

    def _get_timezone(self):
        """Return the time zone in which the factory works: the user's, or China's for a Chinese user, or UTC."""
        if self.env.user.tz:
            return self.env.user.tz
        return "Asia/Shanghai" if self._is_chinese() else "UTC"

    def _get_clock(self):
        """Return a clock that dates documents back; see `DemoClock`."""
        return DemoClock(self.env, pytz.timezone(self._get("calendar").tz))

    # -- Chinese ------------------------------------------------------------------------------------------------

    @api.model
    def _get_translated_tables(self):
        """Return ``{table: prefix of the keys}`` of the tables whose names Odoo translates."""
        return {"products": "product_", "operation_types": "type_"}

    def _load_chinese_names(self):
        """Give products and operation types their Chinese names when Chinese is installed.

        Repeated by each loading, so that loading again is enough after the language has been added.
        """
        if CHINESE not in dict(self.env["res.lang"].get_installed()):
            return
        for table, prefix in self._get_translated_tables().items():
            for row in self._get_rows(table):
                record = self._find(prefix + row["key"])
                if record and record.with_context(lang=CHINESE).name == row["name"]:
                    record.update_field_translations("name", {CHINESE: row["name_zh"]})
