"""What an item is to the factory: bought to be used, made to be used, or sold."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import KINDS

HELP = (
    "Made and sold: finished goods. Made and not sold: work in progress. Not made, sold and used in no bill: finished "
    "goods, an old model too. Anything else: raw material."
)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    mes_aging_kind_manual = fields.Selection(
        KINDS, "Kind Set by Hand", help="Takes the place of the kind that follows from bills and flags."
    )
    mes_aging_kind = fields.Selection(
        KINDS, "Kind of Stock", compute="_compute_mes_aging_kind", help=f"{HELP} Empty: its variants differ."
    )

    @api.depends("product_variant_ids.mes_aging_kind")
    def _compute_mes_aging_kind(self):
        for template in self:
            kinds = set(template.product_variant_ids.mapped("mes_aging_kind"))
            template.mes_aging_kind = kinds.pop() if len(kinds) == 1 else False


class ProductProduct(models.Model):
    _inherit = "product.product"

    mes_aging_kind = fields.Selection(
        KINDS, "Kind of Stock", compute="_compute_mes_aging_kind", store=True, index=True, help=HELP
    )

    @api.depends(
        "product_tmpl_id.mes_aging_kind_manual",
        "product_tmpl_id.sale_ok",
        "product_tmpl_id.purchase_ok",
        "product_tmpl_id.bom_ids.type",
        "product_tmpl_id.bom_ids.active",
        "product_tmpl_id.bom_ids.product_id",
        "bom_line_ids.bom_id.type",
        "bom_line_ids.bom_id.active",
        # a kit is no use by itself: its parts are used where the kit stands in another bill
        "bom_line_ids.bom_id.product_tmpl_id.bom_line_ids.bom_id.type",
        "bom_line_ids.bom_id.product_tmpl_id.bom_line_ids.bom_id.active",
    )
    def _compute_mes_aging_kind(self):
        made, used = self._mes_get_made_and_used()
        for product in self:
            product.mes_aging_kind = product.mes_aging_kind_manual or product._mes_derive_kind(
                is_made=product._origin.id in made, is_used=product._origin.id in used
            )

    def _mes_derive_kind(self, is_made, is_used):
        """Return the kind that follows from bills and flags.

        :param bool is_made: it has a bill that isn't a kit
        :param bool is_used: it stands in a bill, or in a kit that does
        """
        if is_made:
            return "finished" if self.sale_ok else "wip"
        return "finished" if self.sale_ok and not is_used else "raw"

    def _mes_get_made_and_used(self):
        """Return the ids of these products that are made, and of those that are used; one statement.

        A bill of subcontracting doesn't make a part: it is bought. Its components are used.
        """
        self.env["mrp.bom"].flush_model(["type", "active", "product_id", "product_tmpl_id"])
        self.env["mrp.bom.line"].flush_model(["bom_id", "product_id"])
        self.env["product.product"].flush_model(["product_tmpl_id"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE used(item, bom_id, type, template_id, variant_id) AS (
                    SELECT line.product_id, bom.id, bom.type, bom.product_tmpl_id, bom.product_id
                      FROM mrp_bom_line line
                      JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.active
                     WHERE line.product_id IN %(ids)s
                 UNION
                    SELECT used.item, bom.id, bom.type, bom.product_tmpl_id, bom.product_id
                      FROM used
                      JOIN product_product kit ON kit.product_tmpl_id = used.template_id
                                              AND kit.id = COALESCE(used.variant_id, kit.id)
                      JOIN mrp_bom_line line ON line.product_id = kit.id
                      JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.active
                     WHERE used.type = 'phantom'
                )
                SELECT item, FALSE FROM used WHERE type != 'phantom'
                 UNION
                SELECT product.id, TRUE
                  FROM product_product product
                  JOIN mrp_bom bom ON bom.product_tmpl_id = product.product_tmpl_id
                                  AND COALESCE(bom.product_id, product.id) = product.id
                 WHERE product.id IN %(ids)s AND bom.active AND bom.type = 'normal'
                """,
                ids=tuple(self._origin.ids) or (0,),
            )
        )
        return {item for item, is_made in rows if is_made}, {item for item, is_made in rows if not is_made}

    @api.model
    def _mes_refresh_kinds(self):
        """Derive all kinds anew: kits inside kits inside kits are followed only here, once a day."""
        products = self.sudo().with_context(active_test=False).search([("is_storable", "=", True)])
        self.env.add_to_compute(self._fields["mes_aging_kind"], products)
        products.flush_recordset(["mes_aging_kind"])
