"""How far the daily check of a company has come, so that it goes on where it was cut off."""

from odoo import api, fields, models

BATCH = 500


class MesAgingRun(models.Model):
    """The daily check of one company: all storable products in the order of their ids, in batches.

    Each batch is committed together with `cursor`. Cut off anywhere, the next call goes on behind the last batch that
    is there; a new round begins when all companies are through.
    """

    _name = "mes.aging.run"
    _description = "Daily Check of Stock"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    cursor = fields.Integer(readonly=True, aggregator=None, help="The last product that is checked.")
    turn = fields.Integer(readonly=True, aggregator=None, help="Who checks writes this first, and others wait.")
    date_start = fields.Datetime("Begun On", readonly=True)
    date_done = fields.Datetime("Done On", readonly=True)
    opened = fields.Integer("Alerts Opened", readonly=True)
    closed = fields.Integer("Alerts Closed", readonly=True)

    _company_uniq = models.Constraint("UNIQUE (company_id)", "There is a check of this company already.")

    @api.model
    def _go_on(self):
        """Check all products of all companies; called again, go on where the last call was cut off."""
        runs = self.sudo()._get_open()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=sum(run._count_rest() + 1 for run in runs))
        for run in runs:
            while products := run._get_batch():
                if not run._has_turn():
                    return
                run._check_batch(products)
                if not commit(len(products)):
                    return
            run._finish()
            if not commit(1):
                return

    @api.model
    def _get_open(self):
        """Return the runs that are to do: what is left of this round, or a new one."""
        companies = self.env["res.company"].search([("active", "=", True)])
        runs = self.search([("company_id", "in", companies.ids)], order="company_id")
        self.create([{"company_id": company.id} for company in companies - runs.company_id])
        runs = self.search([("company_id", "in", companies.ids)], order="company_id")
        if all(run.date_done for run in runs):
            runs.write({"cursor": 0, "date_start": False, "date_done": False, "opened": 0, "closed": 0})
        return runs.filtered(lambda run: not run.date_done)

    @api.model
    def _take_turn(self, company):
        """Write the row of ``company``: of two checks at once one waits, and is repeated on what the other found."""
        run = self.sudo().search([("company_id", "=", company.id)])
        run = run or self.sudo().create({"company_id": company.id})
        run.turn += 1
        run.flush_recordset(["turn"])

    def _has_turn(self):
        """Return whether nobody else checks this company now; who does comes to the same."""
        return bool(self.try_lock_for_update(allow_referencing=True))

    # -- the products -------------------------------------------------------------------------------------------

    def _get_products_domain(self):
        self.ensure_one()
        companies = [False, *self.company_id.parent_ids.ids, self.company_id.id]
        return [("is_storable", "=", True), ("id", ">", self.cursor), ("company_id", "in", companies)]

    def _get_batch(self):
        products = self.env["product.product"].with_context(active_test=False)
        return products.search(self._get_products_domain(), order="id", limit=BATCH)

    def _count_rest(self):
        return self.env["product.product"].with_context(active_test=False).search_count(self._get_products_domain())

    def _check_batch(self, products):
        """Check ``products``, and remember that they are."""
        alerts = self.env["mes.aging.alert"]._in_company(self.company_id)
        opened, closed = alerts._check(products)
        self.write(
            {
                "cursor": products[-1].id,
                "date_start": self.date_start or fields.Datetime.now(),
                "opened": self.opened + opened,
                "closed": self.closed + closed,
            }
        )

    def _finish(self):
        """Tell who is to be told about this company, and be done."""
        alerts = self.env["mes.aging.alert"]._in_company(self.company_id)
        alerts._find_owners(self.company_id)
        alerts._escalate(self.company_id)
        alerts._send_mails(self.company_id)
        self.date_done = fields.Datetime.now()
