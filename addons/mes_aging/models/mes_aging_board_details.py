"""What a row says about its product besides the figures: one statement for all rows."""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Detail(NamedTuple):
    """A product as its row shows it."""

    id: int
    name: str
    code: str
    uom: str
    categ_id: int | bool
    category: str
    categories: tuple[int, ...]  # from the top to its own
    kind: str | bool
    buyer_id: int | bool
    buyer: str


class MesAgingBoard(models.AbstractModel):
    _inherit = "mes.aging.board"

    @api.model
    def _get_details(self, products):
        """Return ``{product id: Detail}``; names of variants come from Odoo, all else from one statement."""
        self._flush_details()
        found = {}
        for row in self.env.execute_query(self._get_details_query(products.ids)):
            (product_id, name, code, uom, categ_id, category, path, kind, is_variant, buyer_id, buyer) = row
            if is_variant:
                product = products.browse(product_id).with_prefetch(products.ids)
                name = product.with_context(display_default_code=False).display_name
            path = tuple(int(part) for part in (path or "").split("/") if part)
            found[product_id] = Detail(
                *(product_id, name, code or "", uom, categ_id or False, category or "", path, kind or False),
                *(buyer_id or False, buyer or ""),
            )
        return found

    @api.model
    def _flush_details(self):
        for model, names in {
            "product.product": ["product_tmpl_id", "default_code", "combination_indices", "mes_aging_kind"],
            "product.template": ["name", "uom_id", "categ_id", "responsible_id", "is_storable"],
            "product.category": ["name", "parent_path"],
            "product.supplierinfo": None,
            "res.partner": ["buyer_id", "name"],
            "res.users": ["partner_id"],
            "uom.uom": ["name"],
        }.items():
            self.env[model].flush_model(names)

    @api.model
    def _get_details_query(self, product_ids):
        lang = self.env.lang or "en_US"

        def translated(alias):
            name = SQL.identifier(alias, "name")
            return SQL("COALESCE(%(name)s ->> %(lang)s, %(name)s ->> 'en_US')", name=name, lang=lang)

        return SQL(
            """
            SELECT p.id, %(name)s, p.default_code, %(unit)s, category.id, category.name, category.parent_path,
                   p.mes_aging_kind, p.combination_indices <> '', buyer.buyer_id, person.name
              FROM product_product p
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN (%(buyers)s) AS buyer ON buyer.product_id = p.id
         LEFT JOIN product_category category ON category.id = t.categ_id
         LEFT JOIN res_users account ON account.id = buyer.buyer_id
         LEFT JOIN res_partner person ON person.id = account.partner_id
             WHERE p.id = ANY(%(ids)s)
            """,
            name=translated("t"),
            unit=translated("unit"),
            buyers=self._get_buyers_query(),
            ids=product_ids,
        )

    # -- who buys it --------------------------------------------------------------------------------------------

    @api.model
    def _get_buyers(self):
        """Return ``{product id: user id}`` of all storable products that somebody buys."""
        self._flush_details()
        rows = self.env.execute_query(
            SQL("SELECT product_id, buyer_id FROM (%s) AS buyer WHERE buyer_id IS NOT NULL", self._get_buyers_query())
        )
        return dict(rows)

    @api.model
    def _get_buyers_query(self):
        """Return (product_id, buyer_id): the buyer of the first vendor that has one, else the product's responsible."""
        return SQL(
            """
            SELECT p.id AS product_id,
                   COALESCE(first.buyer_id, (t.responsible_id ->> %(company)s)::int) AS buyer_id
              FROM product_product p
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.is_storable
         LEFT JOIN LATERAL (
                    SELECT vendor.buyer_id
                      FROM product_supplierinfo info
                      JOIN res_partner vendor ON vendor.id = info.partner_id AND vendor.buyer_id IS NOT NULL
                     WHERE info.product_tmpl_id = t.id AND (info.product_id IS NULL OR info.product_id = p.id)
                       AND (info.company_id IS NULL OR info.company_id = %(company)s::int)
                     ORDER BY info.sequence, info.min_qty DESC, info.price, info.id
                     LIMIT 1) AS first ON TRUE
            """,
            company=str(self.env.company.id),
        )
