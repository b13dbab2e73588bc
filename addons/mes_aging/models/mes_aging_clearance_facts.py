"""What estimates read of the past of many cases at once: their sales, their last receipts."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

SALES_DAYS = 365
FACTS = [
    *("sold_qty", "sold_value", "receipt_id", "inside_offer_ids"),
    *("made_by_id", "used_in_ids", "companion_id", "companion_daily"),
]


class MesAgingClearance(models.Model):
    """Read when the first case asks, for all that are dealt with together; `_propose` reads anew."""

    _inherit = "mes.aging.clearance"

    sold_qty = fields.Float(compute="_compute_sold", help="Confirmed in 12 months, in the product's unit.")
    sold_value = fields.Float(compute="_compute_sold", help="Of that, without taxes, in company currency.")
    receipt_id = fields.Many2one("stock.move", compute="_compute_receipt_id", help="The last one that was bought.")
    inside_offer_ids = fields.Many2many("mes.aging.surplus.offer", compute="_compute_inside_offer_ids")
    made_by_id = fields.Many2one("mrp.bom", compute="_compute_made_by_id")
    used_in_ids = fields.Many2many("mrp.bom.line", compute="_compute_used_in_ids")

    @api.depends("product_id", "company_id")
    def _compute_sold(self):
        self.env["sale.order.line"].flush_model()  # the report is a view that doesn't know what isn't written yet
        self.env["sale.order"].flush_model()
        domain = [
            ("product_id", "in", self.product_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("state", "=", "sale"),
            ("date", ">=", fields.Datetime.now() - timedelta(days=SALES_DAYS)),
        ]
        aggregates = ["product_uom_qty:sum", "price_subtotal:sum"]
        groups = self.env["sale.report"].sudo()._read_group(domain, ["product_id", "company_id"], aggregates)
        sold = {(product.id, company.id): sums for product, company, *sums in groups}
        for case in self:
            case.sold_qty, case.sold_value = sold.get((case.product_id.id, case.company_id.id), (0.0, 0.0))

    @api.depends("product_id", "company_id", "lot_ids")
    def _compute_receipt_id(self):
        anyhow = self.filtered(lambda case: not case.lot_ids)
        self.env["stock.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (move.product_id, move.company_id) move.product_id, move.company_id, move.id
                  FROM stock_move move
                  JOIN stock_location source ON source.id = move.location_id AND source.usage = 'supplier'
                 WHERE move.product_id = ANY(%s) AND move.company_id = ANY(%s) AND move.state = 'done'
                   AND move.purchase_line_id IS NOT NULL
              ORDER BY move.product_id, move.company_id, move.date DESC, move.id DESC
                """,
                anyhow.product_id.ids,
                anyhow.company_id.ids,
            )
        )
        last = {(product_id, company_id): move_id for product_id, company_id, move_id in rows}
        for case in anyhow:
            case.receipt_id = last.get((case.product_id.id, case.company_id.id))
        for case in self - anyhow:
            case.receipt_id = case._find_receipts()[:1]

    @api.depends("product_id", "company_id")
    def _compute_inside_offer_ids(self):
        """What a transfer inside the company can serve."""
        domain = [("product_id", "in", self.product_id.ids), ("company_id", "in", self.company_id.ids)]
        offers = self.env["mes.aging.surplus.offer"].search_fetch([*domain, ("state", "=", "open")])
        inside = offers.filtered(lambda offer: offer.dest_company_id == offer.company_id)
        known = inside.grouped(lambda offer: (offer.product_id, offer.company_id))
        for case in self:
            case.inside_offer_ids = known.get((case.product_id, case.company_id), offers.browse())

    @api.depends("product_id", "company_id")
    def _compute_made_by_id(self):
        """The bill by which it is made."""
        Bom = self.env["mrp.bom"].sudo()
        for company, cases in self.grouped("company_id").items():
            found = Bom._bom_find(cases.product_id, company_id=company.id, bom_type="normal")
            for case in cases:
                case.made_by_id = found[case.product_id]

    @api.depends("product_id", "company_id")
    def _compute_used_in_ids(self):
        """The lines of the bills that use it."""
        Line = self.env["mrp.bom.line"].sudo()
        for cases in self.grouped("company_id").values():
            domain = [("product_id", "in", cases.product_id.ids), *cases[0]._get_bom_domain("bom_id.")]
            known = Line.search_fetch(domain, ["product_id", "bom_id"]).grouped("product_id")
            for case in cases:
                case.used_in_ids = known.get(case.product_id.with_env(Line.env), Line)

    def _propose(self):
        self.invalidate_recordset(FACTS)
        return super()._propose()
