"""What a purchase is judged by: the numbers of many purchase lines at once, for `tools/guard.py` to decide."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import OPEN_MOVE_STATES, QUOTED_STATES
from ..tools.guard import FREE, STOP, WARN, Offer, Purchase


class MesAgingGuard(models.AbstractModel):
    """Gathers the position and the need of what is bought. Every path that buys asks here, and nowhere else."""

    _name = "mes.aging.guard"
    _description = "Purchase Guard"

    @api.model
    def _get_purchases(self, lines, lock=False):
        """Return what the lines are judged by; lines of one product on one order are one purchase.

        Superuser: what others buy counts for those who may not see it, too.

        :param lines: ``purchase.order.line``, in a form or stored
        :param bool lock: write the products' counters before anything is read, so that of two buyers one waits
        :return: ``{line: Purchase}`` of the lines that are judged at all; in the product's unit
        :rtype: dict
        """
        lines = lines.sudo().filtered(lambda line: line._mes_is_guarded())
        lines -= self._get_subcontracted(lines)
        lines.order_id.order_line.mapped("move_dest_ids.state")  # read for all at once
        supply = self._get_own_supply(lines)
        found = {}
        for (company, warehouse), group in lines.grouped(lambda line: line._mes_get_place()).items():
            found.update(self.with_company(company)._get_purchases_of_place(group, warehouse, supply, lock))
        return found

    @api.model
    def _get_subcontracted(self, lines):
        """Return the lines whose vendor makes the product of our parts."""
        if "subcontract" not in self.env["mrp.bom"]._fields["type"].get_values(self.env) or not lines:
            return lines.browse()
        bills = (
            self.env["mrp.bom"]
            .sudo()
            .search(
                [("type", "=", "subcontract"), ("product_tmpl_id", "in", lines.product_id.product_tmpl_id.ids)],
            )
        )
        made = {
            (bill.product_tmpl_id, partner.commercial_partner_id)
            for bill in bills
            for partner in bill.subcontractor_ids
        }
        return lines.filtered(
            lambda line: (line.product_id.product_tmpl_id, line.order_id.partner_id.commercial_partner_id) in made
        )

    @api.model
    def _get_own_supply(self, lines):
        """Return what is on its way by the lines' orders: ``{(order id, product id): [(date, quantity)]}``."""
        orders = lines.order_id._origin.filtered(lambda order: order.state == "purchase")
        found = {}
        if orders:
            domain = [("purchase_line_id.order_id", "in", orders.ids), ("state", "in", OPEN_MOVE_STATES)]
            domain.append(("location_id.usage", "=", "supplier"))
            for move in self.env["stock.move"].sudo().search(domain):
                key = move.purchase_line_id.order_id.id, move.product_id.id
                found.setdefault(key, []).append((move.date, move.product_qty))
        return found

    @api.model
    def _get_purchases_of_place(self, lines, warehouse, supply, lock):
        """Return the purchases of one warehouse, or of one company when no warehouse is known."""
        policies = self.env["mes.aging.policy"]._get_policies(lines.product_id._origin, warehouse or None)
        limits = {line: self._get_limit(line, policies[line.product_id._origin.id]) for line in lines}
        lines = lines.filtered(lambda line: limits[line][0] != FREE)
        products = lines.product_id._origin
        if lock:
            stopping = lines.filtered(lambda line: limits[line][0] == STOP)
            self.env["mes.aging.guard.counter"]._count_up(stopping.product_id._origin)
        days = sorted({limits[line][1] for line in lines})
        figures = self._get_figures(products, days, warehouse)
        kits = lines.filtered(lambda line: line.product_id._origin.id not in figures)
        found = self._get_purchases_of_kits(kits, warehouse, supply, lock) if kits else {}
        lines -= kits
        for key, group in lines.grouped(lambda line: (line.order_id, line.product_id._origin)).items():
            policy, number = limits[group[0]]
            numbers = figures[key[1].id]
            vals = self._prepare_purchase(*key, numbers, number, days.index(number), supply)
            purchase = Purchase(policy=policy, days=number, **vals)
            found.update(dict.fromkeys(group, purchase))
        return found

    @api.model
    def _get_purchases_of_kits(self, lines, warehouse, supply, lock):
        """Return the purchases of kits, which have no stock of their own: each is judged by its worst part."""
        parts = self._get_parts(lines)
        products = self.env["product.product"].sudo().browse({part.id for needs in parts.values() for part in needs})
        policies = self.env["mes.aging.policy"]._get_policies(products, warehouse or None)
        limits = {
            (line, part): self._get_limit(line, policies[part.id]) for line, needs in parts.items() for part in needs
        }
        limits = {key: limit for key, limit in limits.items() if limit[0] != FREE}
        if lock:
            stopping = {part.id for (_line, part), limit in limits.items() if limit[0] == STOP}
            self.env["mes.aging.guard.counter"]._count_up(products.browse(stopping))
        days = sorted({number for _policy, number in limits.values()})
        figures = self._get_figures(products, days, warehouse)
        found = {}
        for (line, part), (policy, number) in limits.items():
            if part.id in figures:
                index, quantity = days.index(number), parts[line][part]
                vals = self._prepare_part_purchase(line, part, quantity, figures[part.id], number, index, supply)
                purchase = Purchase(policy=policy, days=number, **vals)
                found[line] = max(found.get(line, purchase), purchase, key=lambda one: one.weight)
        return found

    @api.model
    def _get_parts(self, lines):
        """Return what the kits are made of: ``{line: {part: quantity}}``, of all kits of its order, in its unit."""
        kits = lines.order_id.order_line.filtered(lambda line: line._mes_is_guarded())
        products = kits.product_id._origin
        bills = self.env["mrp.bom"].sudo()._bom_find(products, company_id=self.env.company.id, bom_type="phantom")
        needs, totals = {}, defaultdict(float)
        for line in kits.filtered(lambda line: bills[line.product_id._origin]):
            needs[line] = self._explode(line, bills[line.product_id._origin])
            for part, quantity in needs[line].items():
                totals[line.order_id, part] += quantity
        return {line: {part: totals[line.order_id, part] for part in needs.get(line, ())} for line in lines}

    @api.model
    def _explode(self, line, bill):
        """Return the parts of one line: ``{part: quantity}``."""
        product, needs = line.product_id._origin, defaultdict(float)
        quantity = product.uom_id._compute_quantity(line._mes_get_coming_qty(), bill.product_uom_id, round=False)
        for part, data in bill.explode(product, quantity / bill.product_qty)[1]:
            unit = part.product_id.uom_id
            needs[part.product_id] += part.product_uom_id._compute_quantity(data["qty"], unit, round=False)
        return needs

    @api.model
    def _prepare_part_purchase(self, line, part, quantity, numbers, number, index, supply):
        """Return the quantities of a kit's part; quotations of other kits aren't known by part."""
        vals = self._prepare_purchase(line.order_id, part, numbers, number, index, supply)
        return {**vals, "quantity": vals["quantity"] + quantity, "offer": Offer()}

    @api.model
    def _get_figures(self, products, days, warehouse):
        """Return the figures of the products in the warehouse, or in all of the company when none is known."""
        if not days:
            return {}
        warehouses = warehouse or self.env["stock.warehouse"].sudo().search([("company_id", "=", self.env.company.id)])
        return self.env["mes.aging.figures"]._get_figures(products, days, warehouses)

    @api.model
    def _prepare_purchase(self, order, product, numbers, number, index, supply):
        """Return the quantities of a purchase; see `tools/guard.py`."""
        last = self.env["mes.aging.figures"]._get_horizon(number)
        lines = order.order_line.filtered(lambda line: line.product_id._origin == product and line._mes_is_guarded())
        own = sum(quantity for date, quantity in supply.get((order._origin.id, product.id), ()) if date <= last)
        return {
            "product": product.id,
            "quantity": sum(line._mes_get_coming_qty() for line in lines),
            "free": numbers.free,
            "incoming": max(0.0, numbers.incoming[index] - own),
            "quoted": max(0.0, numbers.quoted - self._get_own_quoted(order, product)),
            "demand": numbers.demand[index],
            "safety": numbers.safety,
            "bound": sum(line._mes_get_bound_qty() for line in lines),
            "offer": self._get_offer(order, product),
        }

    @api.model
    def _get_own_quoted(self, order, product):
        """Return what of the quotations is the stored order's own; a form may show it changed already."""
        stored = order._origin
        if stored.state not in QUOTED_STATES or stored._mes_get_warehouse() != order._mes_get_warehouse():
            return 0.0
        return sum(stored.order_line.filtered(lambda line: line.product_id == product).mapped("product_uom_qty"))

    # -- what the limit and the vendor say -----------------------------------------------------------------------

    @api.model
    def _get_limit(self, line, policy):
        """Return what happens above the limit, and the horizon in days.

        Without a policy, the company's far horizon holds and a warning is given; a policy without a highest cover
        does not limit purchases. What is needed before the vendor can deliver is needed, however near the horizon.
        """
        if policy and not policy.max_cover_days:
            return FREE, 0
        days = policy.max_cover_days or self.env.company.mes_aging_far_days
        delays = self._get_sellers(line.order_id, line.product_id).mapped("delay")
        return policy.purchase_policy or WARN, max([days, *delays])

    @api.model
    def _get_sellers(self, order, product):
        """Return the vendor's prices that hold today."""
        today = fields.Date.context_today(self)
        partners = order.partner_id._origin | order.partner_id._origin.parent_id
        return product._origin.seller_ids.filtered(
            lambda seller: (
                seller.partner_id in partners
                and seller.product_id.id in (False, product._origin.id)
                and seller.company_id.id in (False, order.company_id.id)
                and (not seller.date_start or seller.date_start <= today)
                and (not seller.date_end or seller.date_end >= today)
            )
        )

    @api.model
    def _get_offer(self, order, product):
        """Return the vendor's smallest quantity, his packing unit and from which quantities he is cheaper."""
        sellers, unit = self._get_sellers(order, product), product.uom_id
        if not sellers:
            return Offer()
        steps = sorted(
            (seller.product_uom_id._compute_quantity(seller.min_qty, unit, round=False), seller.price_discounted)
            for seller in sellers
        )
        packs = [seller.product_uom_id._compute_quantity(1, unit, round=False) for seller in sellers]
        breaks = tuple(quantity for quantity, price in steps if price < steps[0][1])
        return Offer(steps[0][0], max((pack for pack in packs if pack > 1), default=0.0), breaks)

    # -- what people are told ------------------------------------------------------------------------------------

    @api.model
    def _explain(self, line, purchase):
        """Return what is to be said of a purchase in one line: cover and limit, the sum, and a reason."""
        if purchase.decision == FREE:
            return False
        message, product = self.env["mes.aging.message"], line.product_id.browse(purchase.product).sudo()
        parts = [f"{product.display_name}:"] if product != line.product_id._origin else []
        parts += [
            message._text("guard_covers", cover=round(purchase.cover, 1), days=purchase.days)
            if purchase.cover is not None
            else message._text("guard_unneeded", days=purchase.days),
            message._text(
                "guard_sum",
                quantity=purchase.quantity,
                free=purchase.free,
                incoming=purchase.incoming,
                quoted=purchase.quoted,
                demand=purchase.demand,
                safety=purchase.safety,
                excess=purchase.excess,
                unit=product.uom_id.name,
            ),
        ]
        if purchase.reason:
            parts.append(message._text(f"guard_{purchase.reason}"))
        return " ".join(parts)


class MesAgingGuardCounter(models.Model):
    """A row for each product that is bought: who decides on a purchase writes it first.

    Of two transactions that decide on the same product, the second fails on the write and is repeated by Odoo; it
    then reads what the first has ordered.
    """

    _name = "mes.aging.guard.counter"
    _description = "Counter of Decisions on Purchases"
    _log_access = False
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    number = fields.Integer(default=0)
    date_proposed = fields.Datetime(help="When the open purchases of the product were last compared with its demand.")

    _product_uniq = models.UniqueIndex("(product_id)", "There is one counter for each product.")

    @api.model
    def _count_up(self, products):
        """Write the rows of the products, in the order of their ids."""
        if not products:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mes_aging_guard_counter AS counter (product_id, number)
                SELECT id, 1 FROM unnest(%s::int[]) AS id ORDER BY id
                    ON CONFLICT (product_id) DO UPDATE SET number = counter.number + 1
                """,
                sorted(products.ids),
            )
        )
        self.invalidate_model(["number"], flush=False)
