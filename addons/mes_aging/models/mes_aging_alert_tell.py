"""Who is told: the owner at once by an activity, by one mail a day, and a manager when nothing happens."""

from datetime import timedelta

from odoo import api, fields, models

ACTIVITY = "mes_aging.mes_aging_activity_alert"
MAILED = 50  # alerts in one mail; who has more opens the list
CLOSED_BY_CHECK = {"mail_activity_quick_update": True}


class MesAgingAlert(models.Model):
    _inherit = "mes.aging.alert"

    # -- activities ---------------------------------------------------------------------------------------------

    def _tell(self):
        """Give each owner an activity on each of these alerts: one, whatever was there before."""
        self._close_activities()
        self._plan_activities({alert: alert.user_id for alert in self if alert.user_id})

    def _plan_activities(self, users):
        """Create an activity for each ``{alert: user}``, without a mail of its own: there is one for all, a day."""
        activity_type = self.env.ref(ACTIVITY, raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = [
            {
                "res_model_id": model_id,
                "res_id": alert.id,
                "activity_type_id": activity_type.id if activity_type else False,
                "automated": True,
                "summary": alert.with_context(lang=user.lang).display_name,
                "note": alert.with_context(lang=user.lang).explanation,
                "user_id": user.id,
                "date_deadline": fields.Date.context_today(self),
            }
            for alert, user in users.items()
        ]
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(vals_list)

    def _close_activities(self):
        """Take the activities away that were planned by the check; those planned by people stay."""
        self._get_activities().with_context(**CLOSED_BY_CHECK).unlink()

    def _move_activities(self):
        """Give the activities to the new owners."""
        activities = self._get_activities()
        for user, alerts in self.grouped("user_id").items():
            mine = activities.filtered(
                lambda activity, alerts=alerts: (
                    activity.res_id in alerts.ids and activity.user_id not in alerts.escalated_to_id
                )
            )
            mine.filtered(lambda activity, user=user: activity.user_id != user).user_id = user

    def _get_activities(self):
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("automated", "=", True)]
        return self.env["mail.activity"].sudo().search(domain) if self else self.env["mail.activity"]

    # -- when nothing happens -----------------------------------------------------------------------------------

    @api.model
    def _escalate(self, company):
        """Tell the manager about what its owner hasn't handled for too long, once."""
        if not company.mes_aging_escalate_days:
            return
        alerts = self._in_company(company)
        late = alerts.search(alerts._get_late_domain(company))
        manager = company._mes_get_aging_manager()
        if not late or not manager:
            return
        now = fields.Datetime.now()
        late.write({"escalated": True, "escalated_at": now, "escalated_to_id": manager.id, "is_told": False})
        late._plan_activities({alert: manager for alert in late if alert.user_id != manager})

    @api.model
    def _get_late_domain(self, company):
        before = fields.Datetime.now() - timedelta(days=company.mes_aging_escalate_days)
        return [
            ("company_id", "=", company.id),
            ("state", "=", "open"),
            ("escalated", "=", False),
            ("date_waiting", "<=", before),
        ]

    @api.model
    def _find_owners(self, company):
        """Give alerts whose owner has left to another one."""
        alerts = self._in_company(company)
        lost = alerts.search(
            [("company_id", "=", company.id), ("state", "!=", "closed"), ("user_id.active", "=", False)]
        )
        get_owner = alerts._get_owner_finder([alert._get_key()[0] for alert in lost])
        for alert in lost:
            alert.user_id = get_owner(alert._get_key()[0])

    @api.model
    def _get_owner_finder(self, items):
        """Return a function that tells who takes care of an item in the current company.

        Who is responsible for the order (work in progress), the buyer of the main vendor (raw material), then who the
        company's settings name for the kind, then who is responsible for the product, then the manager of alerts; the
        first of them who may see alerts here.
        """
        company = self.env.company
        may_own, manager = company._mes_get_owner_check(), company._mes_get_aging_manager()
        products = self.env["product.product"].browse({item.product_id for item in items}).grouped("id")
        orders = self.env["mrp.production"].browse({item.production_id for item in items} - {False}).grouped("id")

        def get_owner(item):
            named = products[item.product_id]._mes_get_owner_candidates(company, orders.get(item.production_id))
            return next((user for user in named if may_own(user)), manager)

        return get_owner

    # -- one mail a day -----------------------------------------------------------------------------------------

    @api.model
    def _send_mails(self, company):
        """Write one mail to each owner about what is new, worse, back or escalated.

        Mail and mark are written in one transaction, so that nobody gets two.
        """
        alerts = self._in_company(company)
        domain = [("company_id", "=", company.id), ("state", "=", "open"), ("is_told", "=", False)]
        to_tell = alerts.search(domain)
        if company.mes_aging_mail:
            by_user = {}
            for alert in to_tell:
                for user in alert.user_id | alert.escalated_to_id:
                    by_user[user] = by_user.get(user, alerts) | alert
            self.env["mail.mail"].sudo().create(
                [found._prepare_mail(user) for user, found in by_user.items() if user.email]
            )
        to_tell.with_context(tracking_disable=True).is_told = True

    def _prepare_mail(self, user):
        """Return the mail that tells ``user`` about these alerts, in his language."""
        alerts = self.with_context(lang=user.lang, tz=user.tz)
        company = alerts.company_id[:1]
        body = alerts.env["ir.qweb"]._render(
            "mes_aging.mes_aging_alert_mail",
            {
                "alerts": alerts.sorted("value", reverse=True)[:MAILED],
                "more": max(len(alerts) - MAILED, 0),
                "user": user,
                "company": company,
                "url": company.get_base_url(),
            },
            minimal_qcontext=True,
        )
        return {
            "subject": alerts.env["mes.aging.message"]._text("alert_mail", count=len(alerts), company=company.name),
            "body_html": body,
            "email_from": company.email_formatted or user.email_formatted,
            "recipient_ids": [(4, user.partner_id.id)],
            "auto_delete": True,
        }


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _mes_get_owner_candidates(self, company, order=None):
        """Return the users that may own alerts of this product, or of one of its orders, the best first."""
        self.ensure_one()
        kind = "wip" if order else self.mes_aging_kind or "raw"
        users = self.env["res.users"]
        first = order.user_id if order else self.seller_ids[:1].partner_id.buyer_id if kind == "raw" else users
        by_kind = company[{"raw": "mes_aging_buyer_id", "wip": "mes_aging_planner_id"}.get(kind, "mes_aging_sales_id")]
        return [*first, *by_kind, *self.responsible_id]
