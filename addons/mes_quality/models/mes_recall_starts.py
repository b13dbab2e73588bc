"""From where a recall starts: a lot, a receipt, a manufacturing order, a vendor."""

from odoo import models


class MesQualityRecall(models.Model):
    _inherit = "mes.quality.recall"

    def _get_new_action(self, subject, **criteria):
        """Return the action that opens a new recall with these criteria."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recall"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {
                "default_subject": self.env._("Recall of %s", subject),
                **{f"default_{name}": value for name, value in criteria.items()},
            },
        }


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_mes_recall(self):
        """Open a new recall of these lots."""
        names = ", ".join(self.mapped("name"))
        return self.env["mes.quality.recall"]._get_new_action(names, lot_ids=self.ids)

    def action_mes_genealogy(self):
        """Open the graph of what these lots were made of and what was made of them."""
        return self.env["mes.quality.genealogy"]._get_graph_action(self)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_mes_recall(self):
        """Open a new recall of what came with this receipt."""
        self.ensure_one()
        return self.env["mes.quality.recall"]._get_new_action(self.name, picking_id=self.id)


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def action_mes_recall(self):
        """Open a new recall of what these orders made."""
        names = ", ".join(self.mapped("name"))
        return self.env["mes.quality.recall"]._get_new_action(names, production_ids=self.ids)

    def action_mes_genealogy(self):
        """Open the graph of the lots that these orders made or used."""
        lots = self.move_finished_ids.move_line_ids.lot_id or self.lot_producing_ids
        lots = lots or self.move_raw_ids.move_line_ids.lot_id
        return self.env["mes.quality.genealogy"]._get_graph_action(lots)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_mes_recall(self):
        """Open a new recall of what this vendor sent."""
        self.ensure_one()
        return self.env["mes.quality.recall"]._get_new_action(self.name, partner_id=self.id)


class MesQualityGenealogy(models.AbstractModel):
    _inherit = "mes.quality.genealogy"

    def _get_graph_action(self, lots):
        """Return the action that shows the graph of these lots."""
        if not lots:
            raise self.env["mes.quality.message"]._error("no_lots")
        return {
            "type": "ir.actions.client",
            "tag": "mes_quality.genealogy",
            "name": self.env._("Genealogy"),
            "params": {"lot_ids": lots.ids},
            "context": {"active_ids": lots.ids, "active_model": "stock.lot"},
        }


class MesQualityRecallGraph(models.Model):
    _inherit = "mes.quality.recall"

    def action_open_graph(self):
        """Open the graph of the recalled lots."""
        self.ensure_one()
        return self.env["mes.quality.genealogy"]._get_graph_action(self._find_source_lots())
