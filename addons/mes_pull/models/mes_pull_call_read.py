"""What the calls of many orders need beside their moves, read with one statement each instead of one per model."""

from odoo import api, models
from odoo.tools import SQL


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    @api.model
    def _read_links(self, raws):
        """Read which transfers bring these moves their parts, and all moves that those transfers are for.

        Both sides of the links, as Odoo orders them, with one statement; what is in the cache already stays.
        """
        origins, targets = raws._fields["move_orig_ids"], raws._fields["move_dest_ids"]
        known = origins._get_cache(raws.env)
        raws = raws.filtered(lambda move: move.id not in known)
        if not raws:
            return
        raws.flush_model(["sequence"])
        query = SQL(
            """SELECT rel.move_dest_id, rel.move_orig_id
                 FROM stock_move_move_rel rel
                 JOIN stock_move target ON target.id = rel.move_dest_id
                 JOIN stock_move origin ON origin.id = rel.move_orig_id
                WHERE rel.move_orig_id IN (SELECT move_orig_id FROM stock_move_move_rel WHERE move_dest_id = ANY(%s))
                ORDER BY origin.sequence, origin.id, target.sequence, target.id""",
            raws.ids,
        )
        origin_ids, target_ids = {move_id: [] for move_id in raws.ids}, {}
        for target_id, origin_id in self.env.execute_query(query):
            target_ids.setdefault(origin_id, []).append(target_id)
            if target_id in origin_ids:
                origin_ids[target_id].append(origin_id)
        origins._insert_cache(raws.browse(origin_ids), map(tuple, origin_ids.values()))
        targets._insert_cache(raws.browse(target_ids), map(tuple, target_ids.values()))

    @api.model
    def _read_products(self, products):
        """Read with one statement how these products are measured and whether they are tracked."""
        known = products._fields["product_tmpl_id"]._get_cache(products.env)
        products = products.filtered(lambda product: product.id not in known)
        if not products:
            return
        query = SQL(
            """SELECT product.id, template.id, template.uom_id, template.tracking, uom.parent_path
                 FROM product_product product
                 JOIN product_template template ON template.id = product.product_tmpl_id
                 JOIN uom_uom uom ON uom.id = template.uom_id
                WHERE product.id = ANY(%s)""",
            products.ids,
        )
        ids, template_ids, uom_ids, trackings, paths = zip(*self.env.execute_query(query), strict=True)
        templates, uoms = self.env["product.template"].browse(template_ids), self.env["uom.uom"].browse(uom_ids)
        products._fields["product_tmpl_id"]._insert_cache(products.browse(ids), template_ids)
        templates._fields["uom_id"]._insert_cache(templates, uom_ids)
        templates._fields["tracking"]._insert_cache(templates, trackings)
        uoms._fields["parent_path"]._insert_cache(uoms, paths)
