"""The check: which causes are there, and what has changed since the last one."""

from typing import NamedTuple

from odoo import api, fields, models

from ..tools.alerts import count_once, first_day, judge_cover, judge_days, judge_turnover
from ..tools.policies import choose

QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True}
MEASURES = ("policy_id", "limit", "measured", "is_endless", "quantity", "value")


class Item(NamedTuple):
    """What an alert is about: ids, False when there is none."""

    product_id: int
    lot_id: int | bool = False
    warehouse_id: int | bool = False
    production_id: int | bool = False


class MesAgingAlert(models.Model):
    _inherit = "mes.aging.alert"

    @api.model
    def _in_company(self, company):
        """Return this model as superuser in one company: what is found must not depend on who asks."""
        return self.sudo().with_context(allowed_company_ids=company.ids).with_company(company)

    @api.model
    def _cron_check(self):
        """Check all products of all companies; called again, go on where the last call was cut off."""
        self.env["mes.aging.run"]._go_on()

    @api.model
    def _check(self, products):
        """Bring the alerts of ``products`` in the current company up to date. Twice is the same as once.

        A few queries for all of them. Nothing but alerts and what belongs to them is written.

        :return: how many were opened and how many closed
        :rtype: tuple
        """
        alerts = self._in_company(self.env.company)
        self.env["mes.aging.run"]._take_turn(self.env.company)
        products = products.with_env(alerts.env)
        return alerts._sync(products, alerts._find_causes(products))

    # -- what there is ------------------------------------------------------------------------------------------

    def _find_causes(self, products):
        """Return ``{(item, reason): (policy id, Found)}`` of all that is over a limit."""
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)])
        get_policy = self._get_policy_finder(products, warehouses)
        stock = self._get_stock(products) | self._get_open_orders(products)
        causes = {}
        for reason, _label in self._fields["reason"].selection:
            found = getattr(self, f"_find_{reason}")(products, warehouses, stock, get_policy)
            causes |= {(item, reason): cause for item, cause in found.items()}
        return causes

    def _get_policy_finder(self, products, warehouses):
        """Return a function that tells the policy of (product id, warehouse id, whether in an order), queryless."""
        scopes = self.env["mes.aging.policy"]._get_scopes(products, self.env.company, warehouses)
        items = {product.id: product._mes_get_policy_item(self.env.company) for product in products}
        known = {}

        def get_policy(product_id, warehouse_id=False, is_open=False):
            key = (product_id, warehouse_id, is_open)
            if key not in known:
                item = items[product_id]._replace(warehouse=warehouse_id or None)
                item = item._replace(kind="wip") if is_open else item
                known[key] = self.env["mes.aging.policy"].browse(choose(scopes, item))
            return known[key]

        return get_policy

    def _get_stock(self, products):
        """Return ``{item: [(age, idle, quantity, value)]}`` of our own stock on hand."""
        layers = self.env["mes.aging.layer"].with_context(mes_layer_product_ids=products.ids)
        groups = layers._read_group(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.env.company.id),
                ("owner_id", "in", [False, self.env.company.partner_id.id]),
            ],
            ["product_id", "lot_id", "warehouse_id", "age_days", "idle_days"],
            ["quantity:sum", "value:sum"],
        )
        stock = {}
        for product, lot, warehouse, *layer in groups:
            stock.setdefault(Item(product.id, lot.id, warehouse.id), []).append(tuple(layer))
        return stock

    def _get_open_orders(self, products):
        """Return ``{item: [(age, idle, quantity, value)]}`` of the orders that have begun."""
        domain = [("product_id", "in", products.ids), ("company_id", "=", self.env.company.id)]
        names = ["product_id", "warehouse_id", "production_id", "age_days", "idle_days"]
        groups = self.env["mes.aging.order"]._read_group(domain, names, ["quantity:sum", "value:sum"])
        return {
            Item(product.id, False, warehouse.id, order.id): [tuple(figures)]
            for product, warehouse, order, *figures in groups
        }

    def _find_age(self, _products, _warehouses, stock, get_policy):
        """Return ``{item: (policy id, Found)}`` of what is too old."""
        return self._find_days(stock, get_policy, "age", 0)

    def _find_idle(self, _products, _warehouses, stock, get_policy):
        """Return ``{item: (policy id, Found)}`` of what is unused for too long."""
        return self._find_days(stock, get_policy, "idle", 1)

    def _find_days(self, stock, get_policy, reason, column):
        causes = {}
        for item, layers in stock.items():
            policy = get_policy(item.product_id, item.warehouse_id, bool(item.production_id))
            days = [(layer[column] or 0, *layer[2:]) for layer in layers]
            found = judge_days(days, policy._get_limit(reason), policy.warn_ratio) if policy else None
            if found:
                causes[item] = (policy.id, found)
        return causes

    def _find_cover(self, products, warehouses, _stock, get_policy):
        """Return ``{item: (policy id, Found)}`` of what lasts too long."""
        policies = {
            (product_id, warehouse.id): policy
            for warehouse in warehouses
            for product_id in products.ids
            if (policy := get_policy(product_id, warehouse.id)) and policy.max_cover_days
        }
        limits = {(policy.max_cover_days, policy.warn_ratio) for policy in set(policies.values())}
        days = sorted({limit for limit, _ratio in limits} | {first_day(limit, ratio) for limit, ratio in limits})
        if not days:
            return {}
        get_figures = self.env["mes.aging.figures"]._get_figures
        causes = {}
        for (product_id, warehouse_id), figures in get_figures(products, days, warehouses, by_warehouse=True).items():
            policy = policies.get((product_id, warehouse_id))
            found = policy and judge_cover(
                figures.surplus_days, self._get_excess(figures, days), policy.max_cover_days, policy.warn_ratio
            )
            if found:
                causes[Item(product_id, warehouse_id=warehouse_id)] = (policy.id, found)
        return causes

    def _get_excess(self, figures, days):
        """Return a function that tells (quantity, value) of the excess beyond one of these ``days``."""

        def get_excess(horizon):
            until = figures._replace(demand=(figures.demand[days.index(horizon)],), days=(horizon,))
            return until.excess, until.excess_value

        return get_excess

    def _find_turnover(self, products, _warehouses, stock, get_policy):
        """Return ``{item: (policy id, Found)}`` of what turns too slowly, in the whole company.

        Only what has lain there for as long as one turn may take: nothing can be said about what came yesterday.
        """
        limited = products.filtered(lambda product: get_policy(product.id).min_turnover)
        layers = {}
        for item, parts in stock.items():
            if not item.production_id:
                layers.setdefault(item.product_id, []).extend(parts)
        limited = limited.filtered(lambda product: product.id in layers)
        turnovers = self.env["mes.aging.snapshot"]._get_turnover(limited) if limited else {}
        causes = {}
        for product_id, turnover in turnovers.items():
            policy = get_policy(product_id)
            found = judge_turnover(turnover, policy.min_turnover, policy.warn_ratio, layers[product_id])
            if found:
                causes[Item(product_id)] = (policy.id, found)
        return causes

    # -- what has changed ---------------------------------------------------------------------------------------

    def _sync(self, products, causes):
        """Open, change and close alerts so that they say what ``causes`` say."""
        domain = [("product_id", "in", products.ids), ("company_id", "=", self.env.company.id)]
        known = self.search([*domain, ("state", "!=", "closed")])
        by_key = {alert._get_key(): alert for alert in known}
        gone = known.filtered(lambda alert: alert._get_key() not in causes)
        new = {key: cause for key, cause in causes.items() if key not in by_key}
        gone._close()
        to_tell = self.browse()
        for key, alert in by_key.items():
            if key in causes and alert._update(*causes[key]):
                to_tell |= alert
        opened = self._open(new)
        (known - gone | opened)._count_once()
        (to_tell | opened)._tell()
        return len(opened), len(gone)

    def _get_key(self):
        self.ensure_one()
        item = Item(self.product_id.id, self.lot_id.id, self.warehouse_id.id, self.production_id.id)
        return item, self.reason

    def _open(self, causes):
        """Open an alert for each cause, with an owner."""
        get_owner = self._get_owner_finder([item for item, _reason in causes])
        vals_list = [
            {
                **item._asdict(),
                "reason": reason,
                "company_id": self.env.company.id,
                "user_id": get_owner(item).id,
                **self._prepare_measures(*cause),
            }
            for (item, reason), cause in causes.items()
        ]
        return self.with_context(**QUIET).create(vals_list).with_env(self.env)

    def _prepare_measures(self, policy_id, found):
        return {
            "policy_id": policy_id,
            "level": found.level,
            "limit": found.limit,
            "measured": found.measured or 0.0,
            "is_endless": found.measured is None,
            "quantity": found.quantity,
            "value": found.value,
        }

    def _count_once(self):
        """Note what each of these, which are all open ones of their products, adds to the value of all."""
        for alerts in self.grouped("product_id").values():
            shares = count_once([(alert.id, alert._get_place(), alert.value) for alert in alerts])
            for alert in alerts:
                if alert._differs("counted_value", shares[alert.id]):
                    alert.with_context(**QUIET).counted_value = shares[alert.id]

    def _get_place(self):
        """Return where the stock of this alert is, from the outermost place to the innermost."""
        self.ensure_one()
        if self.production_id:
            return "order", self.production_id.id
        places = (self.warehouse_id.id, self.lot_id.id)
        return "stock", *places[: 2 if self.lot_id else 1 if self.warehouse_id else 0]

    def _update(self, policy_id, found):
        """Write what is measured now; return whether the owner is to be told again."""
        self.ensure_one()
        vals = self._prepare_measures(policy_id, found)
        worse = self.level == "warn" and vals["level"] == "limit"
        measures = {name: vals[name] for name in MEASURES if self._differs(name, vals[name])}
        if measures:
            self.with_context(**QUIET).write(measures)
        if self.level != vals["level"]:
            self.level = vals["level"]
        if not self._is_due_again(worse):
            return False
        again = {"state": "open", "date_waiting": fields.Datetime.now()} if self.state != "open" else {}
        self.write({**again, "snooze_until": False, "is_told": False})
        return True

    def _differs(self, name, value):
        """Return whether a measure has changed by more than the database keeps."""
        current = self[name]
        if isinstance(current, models.BaseModel):
            return current.id != value
        return current != value if isinstance(value, bool) else abs(current - value) > 1e-6

    def _is_due_again(self, worse):
        """Return whether its owner must hear of it again: it got worse, or has rested long enough."""
        self.ensure_one()
        if self.snooze_until:
            return self.snooze_until <= fields.Date.context_today(self)
        return worse

    def _close(self):
        """The cause is gone."""
        if not self:
            return
        self.write({"state": "closed", "date_closed": fields.Datetime.now(), "counted_value": 0})
        self._close_activities()
