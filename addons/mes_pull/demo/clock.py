"""Dating documents back: what the ORM has just stamped with *now* gets the moment that the story tells."""

from datetime import datetime, time, timedelta
from random import Random

import pytz

from odoo import fields
from odoo.tools import SQL

#: The models whose stamps are moved; those of addons that are not installed are passed over.
STAMPED_MODELS = (
    "sale.order",
    "sale.order.line",
    "purchase.order",
    "purchase.order.line",
    "stock.picking",
    "stock.move",
    "stock.move.line",
    "stock.quant",
    "stock.lot",
    "mrp.production",
    "mrp.workorder",
    "mrp.workcenter.productivity",
    "mail.message",
    "mes.pull.signal",
    "mes.pull.withdrawal",
    "mes.pull.card",
)

SEED = 800
LUNCH = 12
LAST_HOUR = 16

#: A stamp made by the running step lies at most this much after the clock's own look at the time.
SLACK = timedelta(seconds=5)


class DemoClock:
    """Moves the time stamps of what was made since the clock was started.

    Usage: do something through the ORM, then call `stamp` with the moment at which it is to have happened. Stamps
    between the start of loading and now are moved; those moved before lie in the past and stay. Dates that plan
    the future stay as well. Rows that were there before the clock was started are never touched.
    """

    def __init__(self, env, tz):
        self.env = env
        self.tz = tz
        self.start = min(env.cr.now(), fields.Datetime.now()).replace(microsecond=0)
        self.columns = {model: self._get_columns(model) for model in STAMPED_MODELS if model in env}
        self.marks = {model: self._get_last_id(model) for model in self.columns}
        self.number = 0
        self.random = Random(SEED)

    def next_name(self, prefix):
        """Return ``prefix`` with the next number of the story: lots and scan keys are the same in every loading."""
        self.number += 1
        return f"{prefix}{self.number:04d}"

    def choose_operator(self):
        """Return the key of the operator who does it, by a seeded draw."""
        return self.random.choice(("operator", "operator", "operator_two"))

    def today(self):
        """Return the day that it is in the factory's time zone."""
        return datetime.now(self.tz).date()

    def get_working_days(self, count):
        """Return the last ``count`` working days (Monday to Friday) before today, oldest first."""
        day = self.today()
        days = []
        while len(days) < count:
            day -= timedelta(days=1)
            if day.weekday() < 5:
                days.append(day)
        return days[::-1]

    def at(self, day, hour, minute=0):
        """Return the moment ``hour:minute`` of ``day`` in the factory's time zone, as naive UTC."""
        local = self.tz.localize(datetime.combine(day, time(hour, minute)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @staticmethod
    def add_days(moment, days):
        """Return ``moment`` so many working days later: the story is the same on whatever weekday it is told."""
        while days > 0:
            moment += timedelta(days=1)
            days -= moment.weekday() < 5
        return moment

    def add_work(self, moment, minutes):
        """Return when work of ``minutes`` ends that starts at ``moment``: it stops for lunch."""
        end = moment + timedelta(minutes=round(minutes))
        lunch = self._at_day_of(moment, LUNCH)
        return end + timedelta(hours=1) if moment < lunch < end else end

    def get_last_end(self, moment):
        """Return until when work that starts at ``moment`` has to be finished on the same day."""
        return self._at_day_of(moment, LAST_HOUR, 30)

    def _at_day_of(self, moment, hour, minute=0):
        day = pytz.utc.localize(moment).astimezone(self.tz).date()
        return self.at(day, hour, minute)

    def stamp(self, moment):
        """Move everything that was stamped since the last call to ``moment`` (naive UTC)."""
        self.env.flush_all()
        until = fields.Datetime.now() + SLACK
        steps = [
            SQL("%s AS (%s)", SQL.identifier(f"step_{number}"), self._get_statement(model, columns, moment, until))
            for number, (model, columns) in enumerate(self.columns.items())
        ]
        self.env.cr.execute(SQL("WITH %s SELECT 1", SQL(", ").join(steps)))
        for model, columns in self.columns.items():
            self.env[model].invalidate_model(columns, flush=False)

    def set(self, records, **values):
        """Set columns that the ORM would recompute or refuse, such as the dates of a finished order."""
        if not records:
            return
        self.env.flush_all()
        sets = SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items())
        table = SQL.identifier(records._table)
        self.env.cr.execute(SQL("UPDATE %s SET %s WHERE id = ANY(%s)", table, sets, records.ids))
        records.invalidate_recordset(flush=False)

    def _get_columns(self, model):
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.type == "datetime" and field.store and field.column_type
        ]

    def _get_last_id(self, model):
        table = SQL.identifier(self.env[model]._table)
        return self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", table))[0][0]

    def _get_statement(self, model, columns, moment, until):
        """Return the UPDATE that sets each of ``columns`` to ``moment`` where this step stamped it."""
        fresh = {name: SQL("%s BETWEEN %s AND %s", SQL.identifier(name), self.start, until) for name in columns}
        sets = SQL(", ").join(
            SQL("%s = CASE WHEN %s THEN %s ELSE %s END", ident, condition, moment, ident)
            for ident, condition in ((SQL.identifier(name), condition) for name, condition in fresh.items())
        )
        return SQL(
            "UPDATE %s SET %s WHERE id > %s AND (%s)",
            SQL.identifier(self.env[model]._table),
            sets,
            self.marks[model],
            SQL(" OR ").join(fresh.values()),
        )
