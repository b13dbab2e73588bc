"""What is to set up, in order, and mistakes in what is set up, each with its cure."""

from odoo import api, models
from odoo.fields import Domain

# Of one kind of mistake so many are named; the rest is in the list behind it.
NAMED = 5


class MesPullOverview(models.AbstractModel):
    _inherit = "mes.pull.overview"

    # -- steps --------------------------------------------------------------------------------------------------

    @api.model
    def _get_steps(self):
        """Return the steps from an empty database to the first scan; each is done when its records are there."""
        Loop, Center = self.env["mes.pull.loop"], self.env["mrp.workcenter"]
        operators = self.env.ref("mes_pull.mes_pull_group_operator").all_user_ids - self.env.user
        caps = Domain("mes_wip_cap_jobs", ">", 0) | Domain("mes_wip_cap_qty", ">", 0)
        return [
            self._prepare_step(
                self.env._("Work centres and their hours"),
                self.env._("Hour by hour planning needs to know where work is done, and when."),
                self._has(Center),
                "mrp.mrp_workcenter_action",
            ),
            self._prepare_step(
                self.env._("Products and bills of materials"),
                self.env._("A loop that is supplied by manufacture orders by the product's bill of materials."),
                self._has(self.env["mrp.bom"], [("type", "=", "normal")], optional=True),
                "mrp.mrp_bom_form_action",
            ),
            self._prepare_step(
                self.env._("Loops: what is kept where"),
                self.env._(
                    "A product, its supermarket, the container and the number of cards. A worked example helps: "
                    "500 pieces in use until new ones come, 250 in a container: 2 cards, and 1 for safety."
                ),
                self._has(Loop),
                "mes_pull.mes_pull_loop_action",
            ),
            self._prepare_step(
                self.env._("Print the kanban cards"),
                self.env._("One on each container. Scanning it withdraws the container and orders the next one."),
                self._has(self.env["mes.pull.card"]),
                "mes_pull.mes_pull_card_action",
            ),
            self._prepare_step(
                self.env._("People on the shop floor"),
                self.env._("Operators with the role Pull / Operator see the station, the hours and the board."),
                bool(operators),
                "base.action_res_users",
            ),
            self._prepare_step(
                self.env._("Caps for work in progress"),
                self.env._(
                    "Say how many orders or pieces a work centre may have. What is beyond waits, with its reason."
                ),
                self._has(Center, list(caps)),
                "mes_pull.mes_pull_wip_action",
            ),
            self._prepare_step(
                self.env._("The first scan"),
                self.env._(
                    "Open the station on a phone or a tablet and scan a card: the stock moves, and the order is made."
                ),
                self._has(self.env["mes.pull.withdrawal"]),
                "mes_pull.mes_pull_station_action",
            ),
        ]

    @api.model
    def _prepare_step(self, name, text, is_done, action):
        return {"name": name, "help": text, "is_done": is_done, "action": action}

    @api.model
    def _has(self, model, domain=(), optional=False):
        """Whether a current company has such a record; ``optional``: one that belongs to all companies counts."""
        companies = [*self.env.companies.ids, *([False] if optional else [])]
        return bool(model.search_count(Domain("company_id", "in", companies) & Domain(list(domain)), limit=1))

    # -- mistakes -----------------------------------------------------------------------------------------------

    @api.model
    def _get_mistakes(self):
        """Return what in the set-up cannot work or works against itself, in a number of queries that doesn't grow."""
        loops = self.env["mes.pull.loop"].search(self._get_domain())
        return [
            *self._find_loops_without_bill(loops),
            *self._find_loops_without_vendor(loops),
            *self._find_loops_without_cards(loops),
            *self._find_doubling_rules(loops),
            *self._find_caps_below_container(loops),
            *self._find_centers_without_hours(),
        ]

    @api.model
    def _prepare_mistakes(self, records, text, cure):
        """Return one mistake for these records, or none without them; ``text`` names the first few."""
        if not records:
            return []
        names = ", ".join(records[:NAMED].mapped("display_name"))
        if len(records) > NAMED:
            names = self.env._("%(names)s and %(count)s more", names=names, count=len(records) - NAMED)
        window = self._prepare_window(text, records._name, [("id", "in", records.ids)])
        return [{"text": f"{text}: {names}", "cure": cure, "action": window}]

    def _find_loops_without_bill(self, loops):
        made = loops.filtered(lambda loop: loop.supply_method == "manufacture" and not loop.bom_id)
        without = made.browse()
        for (picking_type, company), group in made.grouped(
            lambda loop: (loop.rule_id.picking_type_id, loop.company_id)
        ).items():
            boms = self.env["mrp.bom"]._bom_find(
                group.product_id, picking_type=picking_type, company_id=company.id, bom_type="normal"
            )
            without |= group.filtered(lambda loop, boms=boms: not boms[loop.product_id])
        return self._prepare_mistakes(
            without,
            self.env._("Loops without a bill of materials"),
            self.env._("Their signals wait. Create the bill, or let the loop be supplied by purchase or transfer."),
        )

    def _find_loops_without_vendor(self, loops):
        bought = loops.filtered(lambda loop: loop.supply_method == "buy")
        without = bought.filtered(
            lambda loop: (
                not loop.product_id.seller_ids.filtered(
                    lambda seller: seller.company_id in (loop.company_id, seller.company_id.browse())
                )
            )
        )
        return self._prepare_mistakes(
            without,
            self.env._("Bought loops whose product has no vendor"),
            self.env._("Nothing can be ordered. Add a vendor in the product's purchase tab."),
        )

    def _find_loops_without_cards(self, loops):
        without = loops.filtered(lambda loop: loop.mode == "stock" and not loop.max_qty)
        return self._prepare_mistakes(
            without,
            self.env._("Supermarkets of zero cards"),
            self.env._("They never order. Set the number of cards, or let the loop follow the downstream demand."),
        )

    def _find_doubling_rules(self, loops):
        rules = self.env["stock.warehouse.orderpoint"].search(
            self._get_domain(("product_id", "in", loops.product_id.ids), ("trigger", "=", "auto"))
        )
        return self._prepare_mistakes(
            rules.filtered("mes_loop_id"),
            self.env._("Reordering rules beside a loop"),
            self.env._("The loop orders the same product for the same place, so these rules rest. Archive them."),
        )

    def _find_caps_below_container(self, loops):
        made = loops.filtered(lambda loop: loop.supply_method == "manufacture")
        operations = self.env["mrp.routing.workcenter"].search(
            [
                ("workcenter_id.mes_wip_cap_qty", ">", 0),
                ("bom_id.product_tmpl_id", "in", made.product_id.product_tmpl_id.ids),
            ]
        )
        largest = {}
        for loop in made:
            template = loop.product_id.product_tmpl_id
            largest[template] = max(largest.get(template, 0.0), loop.container_qty)
        centers = operations.filtered(
            lambda operation: (
                operation.workcenter_id.mes_wip_policy == "block"
                and operation.workcenter_id.mes_wip_cap_qty < largest[operation.bom_id.product_tmpl_id]
            )
        ).workcenter_id
        return self._prepare_mistakes(
            centers,
            self.env._("Caps smaller than one container"),
            self.env._(
                "An order for one container never fits, and waits until the work centre is empty. Raise the cap "
                "in pieces, or make the containers smaller."
            ),
        )

    def _find_centers_without_hours(self):
        domain = self._get_domain(("resource_calendar_id.attendance_ids", "=", False))
        return self._prepare_mistakes(
            self.env["mrp.workcenter"].search(domain),
            self.env._("Work centres without working hours"),
            self.env._("Nothing can be planned there. Choose working hours that have some."),
        )
