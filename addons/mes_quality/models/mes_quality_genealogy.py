"""Which lots went into which: one level of documents after another, two statements a level."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..replica import fresh

MAX_LEVELS = 100  # more than any bill of material has; the walk ends by itself, also in cycles
DOCUMENTS = {"production": "mrp.production", "unbuild": "mrp.unbuild", "repair": "repair.order"}


class MesQualityGenealogy(models.AbstractModel):
    """Genealogy of lots over all levels, read from Odoo's own done move lines.

    Items are lots, or untracked products between them. Documents (manufacturing orders, unbuild orders, repairs)
    consume items and make items. Who consumed, by kind of document:

    ===========  =======================================  ==========================================
    document     what goes in                             what comes out
    ===========  =======================================  ==========================================
    production   lines of its component moves             lines of its finished and by-product moves
    unbuild      the line that is taken apart             the lines of the recovered components
    repair       parts added                              the repaired lot; parts removed or recycled
    ===========  =======================================  ==========================================

    Where it is recorded into which unit a part was built (`stock.move.line.mes_built_into_id`), only that unit counts.
    """

    _name = "mes.quality.genealogy"
    _description = "Genealogy of Lots"

    # -- what outside programs call -----------------------------------------------------------------------------

    @api.model
    @api.readonly
    @fresh
    def trace_forward(self, lot_ids):
        """Return what was made of these lots, over all levels.

        :param list lot_ids: ids of ``stock.lot``
        :return: ``{'lots': [lot], 'edges': [edge]}``. A lot: ``id, name, product_id, product, level`` (0: asked for),
            ``state, vendor_id, vendor, vendor_lot, on_hand`` (product's unit, own places), ``uom, is_stub`` (True: of
            a company that the user may not see; then only ``id`` and ``level`` are told). Between lots, an untracked
            product is a lot with a negative id: minus the product's. An edge: ``source_id`` (went in), ``target_id``
            (was made of it), ``quantity`` (that went in, in the product's unit), ``model, res_id, document``,
            ``is_exact`` (False: several lots of the target's product were made at once and nobody recorded which part
            went into which)
        :rtype: dict
        :raises odoo.exceptions.UserError: when a lot does not exist
        :raises odoo.exceptions.AccessError: for users who may not see lots
        """
        return self._trace(lot_ids, forward=True)

    @api.model
    @api.readonly
    @fresh
    def trace_backward(self, lot_ids):
        """Return what these lots were made of, over all levels; see `trace_forward`.

        :rtype: dict
        """
        return self._trace(lot_ids, forward=False)

    @api.model
    def _trace(self, lot_ids, forward):
        Lot = self.env["stock.lot"]
        Lot.check_access("read")
        self.env["mes.quality.message"]._check_parameters(lot_ids=lot_ids)
        lots = Lot.browse(lot_ids or []).exists()
        if len(lots) != len(set(lot_ids or [])):
            raise self.env["mes.quality.message"]._error("unknown_lot")
        lots.check_access("read")
        levels, steps = self.sudo()._walk(lots.ids, forward)
        return {"lots": self._prepare_lots(levels), "edges": self._prepare_edges(steps)}

    # -- walking ------------------------------------------------------------------------------------------------

    @api.model
    def _walk(self, items, forward=True, since=None):
        """Return what is reached from these items: the one walk that trace and recall share.

        :param items: ids of lots, minus ids of untracked products
        :param datetime since: what untracked products did before is left out
        :return: ``({item: level}, {document: (inputs, outputs)})``; a document is ``(kind, id)``, inputs are
            ``[(line id, item, quantity, into)]`` and outputs ``[(line id, item, quantity)]``
        """
        self._flush()
        levels = dict.fromkeys(items, 0)
        steps = defaultdict(lambda: ([], []))
        fresh = list(levels)
        for level in range(1, MAX_LEVELS):
            documents = self._find_consumers(fresh, steps, since) if forward else self._find_makers(fresh, steps)
            fresh = []
            for item in self._find_outputs(documents, steps) if forward else self._find_inputs(documents, steps):
                if item not in levels:
                    levels[item] = level
                    fresh.append(item)
            if not fresh:
                break
        return levels, dict(steps)

    def _flush(self):
        """Write what the statements read."""
        self.env["stock.move.line"].flush_model(
            ["lot_id", "product_id", "state", "picked", "quantity_product_uom", "move_id", "date", "mes_built_into_id"]
        )
        self.env["stock.move"].flush_model(
            ["raw_material_production_id", "production_id", "unbuild_id", "repair_id", "repair_line_type"]
        )

    def _find_consumers(self, items, steps, since):
        """Note which documents consumed these items; return the ones that are new."""
        known = set(steps)
        rows = self._read_lines(self._get_input_condition(), self._get_item_condition(items, since))
        for line_id, item, quantity, into, kind, document_id in rows:
            steps[kind, document_id][0].append((line_id, item, quantity, into))
        return [document for document in steps if document not in known]

    def _find_makers(self, items, steps):
        """Note which documents made these items; return the ones that are new."""
        known = set(steps)
        rows = self._read_lines(self._get_output_condition(), self._get_item_condition(items))
        for line_id, item, quantity, _into, kind, document_id in rows:
            steps[kind, document_id][1].append((line_id, item, quantity))
        return [document for document in steps if document not in known]

    def _find_outputs(self, documents, steps):
        """Note what these documents made; yield the items into which something went that was walked here."""
        for condition in self._get_document_conditions(documents):
            for line_id, item, quantity, _into, kind, document_id in self._read_lines(
                self._get_output_condition(), condition
            ):
                steps[kind, document_id][1].append((line_id, item, quantity))
        for document in documents:
            inputs, outputs = steps[document]
            targets = {into for _line_id, _item, _quantity, into in inputs}
            for _line_id, item, _quantity in outputs:
                if None in targets or item in targets:
                    yield item

    def _find_inputs(self, documents, steps):
        """Note what these documents consumed; yield the items that went into what was walked here."""
        for condition in self._get_document_conditions(documents):
            for line_id, item, quantity, into, kind, document_id in self._read_lines(
                self._get_input_condition(), condition
            ):
                steps[kind, document_id][0].append((line_id, item, quantity, into))
        for document in documents:
            inputs, outputs = steps[document]
            made = {item for _line_id, item, _quantity in outputs}
            for _line_id, item, _quantity, into in inputs:
                if into is None or into in made:
                    yield item

    # -- statements ---------------------------------------------------------------------------------------------

    def _read_lines(self, role, condition):
        """Return ``(line id, item, quantity, into, kind of document, document id)`` of done lines."""
        return self.env.execute_query(
            SQL(
                """
                SELECT l.id, COALESCE(l.lot_id, -l.product_id), l.quantity_product_uom::float8, l.mes_built_into_id,
                       CASE WHEN m.unbuild_id IS NOT NULL THEN 'unbuild'
                            WHEN m.repair_id IS NOT NULL THEN 'repair' ELSE 'production' END,
                       COALESCE(m.unbuild_id, m.repair_id, m.raw_material_production_id, m.production_id)
                  FROM stock_move_line l
                  JOIN stock_move m ON m.id = l.move_id
                 WHERE l.state = 'done' AND l.quantity_product_uom <> 0 AND %(role)s AND %(condition)s
                 ORDER BY l.id
                """,
                role=role,
                condition=condition,
            )
        )

    def _get_input_condition(self):
        """What goes into a document. What an unbuild takes apart goes to production; so do parts that are added."""
        return SQL(
            """
            (l.location_dest_id IN (SELECT id FROM stock_location WHERE usage = 'production')
                AND (m.raw_material_production_id IS NOT NULL OR m.unbuild_id IS NOT NULL OR m.repair_line_type = 'add')
             OR m.repair_id IS NOT NULL AND m.repair_line_type IS NULL AND EXISTS (
                    SELECT FROM stock_move p WHERE p.repair_id = m.repair_id AND p.state = 'done'
                       AND p.repair_line_type IN ('remove', 'recycle')))
            """
        )

    def _get_output_condition(self):
        return SQL(
            """
            (l.location_id IN (SELECT id FROM stock_location WHERE usage = 'production')
                AND (m.production_id IS NOT NULL OR m.unbuild_id IS NOT NULL)
             OR m.repair_id IS NOT NULL AND COALESCE(m.repair_line_type, '') <> 'add')
            """
        )

    def _get_item_condition(self, items, since=None):
        lots = [item for item in items if item > 0]
        products = [-item for item in items if item < 0]
        untracked = SQL("l.product_id = ANY(%s) AND l.lot_id IS NULL", products)
        if since:
            untracked = SQL("%s AND l.date >= %s", untracked, since)
        if not products:
            return SQL("l.lot_id = ANY(%s)", lots)
        return SQL("(l.lot_id = ANY(%s) OR %s)", lots, untracked)

    def _get_document_conditions(self, documents):
        """Yield one condition a kind of document."""
        ids = defaultdict(list)
        for kind, document_id in documents:
            ids[kind].append(document_id)
        conditions = {
            "unbuild": SQL("m.unbuild_id = ANY(%s)", ids["unbuild"]),
            "repair": SQL("m.repair_id = ANY(%s) AND m.unbuild_id IS NULL", ids["repair"]),
            "production": SQL(
                "(m.production_id = ANY(%(ids)s) OR m.raw_material_production_id = ANY(%(ids)s))"
                " AND m.unbuild_id IS NULL AND m.repair_id IS NULL",
                ids=ids["production"],
            ),
        }
        return [condition for kind, condition in conditions.items() if ids[kind]]

    # -- answers ------------------------------------------------------------------------------------------------

    def _prepare_lots(self, levels):
        """Return the lots of a walk as `trace_forward` tells them."""
        ids = [item for item in levels if item > 0]
        lots = self.env["stock.lot"].browse(ids)
        seen = lots._filtered_access("read")
        seen.fetch(["name", "product_id", "mes_quality_state", "mes_vendor_id", "mes_vendor_lot"])
        seen.sudo().product_id.fetch(["display_name", "uom_id"])
        on_hand = self._get_on_hand(seen)
        rows = []
        for item, level in levels.items():
            if item < 0:
                product = self.env["product.product"].sudo().browse(-item)
                rows.append(self._prepare_untracked(item, level, product))
            elif self.env["stock.lot"].browse(item) in seen:
                lot = self.env["stock.lot"].browse(item)
                rows.append({**lot._mes_prepare_node(), "level": level, "on_hand": on_hand.get(item, 0.0)})
            else:
                rows.append({"id": item, "level": level, "is_stub": True})
        return rows

    def _get_on_hand(self, lots):
        """Return ``{lot id: quantity}`` in internal and transit places."""
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [("lot_id", "in", lots.ids), ("location_id.usage", "in", ("internal", "transit"))],
                ["lot_id"],
                ["quantity:sum"],
            )
        )
        return {lot.id: quantity for lot, quantity in rows}

    def _prepare_untracked(self, item, level, product):
        return {
            "id": item,
            "name": self.env._("untracked"),
            "product_id": product.id,
            "product": product.display_name,
            "uom": product.uom_id.name,
            "level": level,
            "state": False,
            "is_stub": False,
        }

    def _prepare_edges(self, steps):
        """Return the edges of a walk: what went in × what was made of it, one for each pair and document."""
        names = self._get_document_names(steps)
        edges = []
        for (kind, document_id), (inputs, outputs) in steps.items():
            made = list(dict.fromkeys(item for _line_id, item, _quantity in outputs))
            alone = self._find_alone(made)
            quantities = defaultdict(float)
            for _line_id, item, quantity, into in inputs:
                for target in made if into is None else [into]:
                    quantities[item, target, into is not None or target in alone] += quantity
            edges += [
                {
                    "source_id": source,
                    "target_id": target,
                    "quantity": quantity,
                    "model": DOCUMENTS[kind],
                    "res_id": (kind, document_id) in names and document_id,
                    "document": names.get((kind, document_id), ""),
                    "is_exact": is_exact,
                }
                for (source, target, is_exact), quantity in quantities.items()
            ]
        return edges

    def _find_alone(self, items):
        """Return which of the items that one document made are the only one of their product.

        What goes in goes into the main product and into what falls off beside it; only between several lots of one
        product it is not known into which.
        """
        lots = self.env["stock.lot"].sudo().browse([item for item in items if item > 0])
        return {item for item in items if item < 0}.union(
            *(found.ids for found in lots.grouped("product_id").values() if len(found) == 1)
        )

    def _get_document_names(self, steps):
        """Return ``{document: name}``, without those of companies in which the user does not work now."""
        names = {}
        for kind, model in DOCUMENTS.items():
            ids = [document_id for found, document_id in steps if found == kind]
            records = self.env[model].sudo().browse(ids)
            records.fetch(["name", "company_id"])
            own = records if self.env.su else records.filtered(lambda one: one.company_id in self.env.companies)
            names.update({(kind, record.id): record.name for record in own})
        return names
