"""What the graph of a genealogy shows: both directions from some lots, and where each lot is."""

from odoo import api, models

from ..replica import fresh

PLACES = {
    "internal": "stock",
    "transit": "stock",
    "customer": "shipped",
    "inventory": "scrapped",
    "supplier": "returned",
}
ORDER = ("stock", "shipped", "returned", "scrapped")


class MesQualityGenealogy(models.AbstractModel):
    _inherit = "mes.quality.genealogy"

    @api.model
    @api.readonly
    @fresh
    def get_graph(self, lot_ids, limit=500):
        """Return the genealogy of these lots in both directions, as the screen draws it.

        :param list lot_ids: ids of ``stock.lot``
        :param int limit: the nodes nearest to these lots are told, at most that many
        :return: ``{'nodes', 'edges', 'left_off'}``; nodes as the lots of `trace_forward`, with a negative ``level``
            for what they were made of, and ``place`` (``stock``, ``shipped``, ``returned``, ``scrapped``, ``used``)
        :rtype: dict
        """
        self.env["mes.quality.message"]._check_parameters(limit=limit)
        forward, backward = self.trace_forward(lot_ids), self.trace_backward(lot_ids)
        nodes = {node["id"]: {**node, "level": -node["level"]} for node in backward["lots"]}
        nodes.update({node["id"]: node for node in forward["lots"] if node["level"] or node["id"] not in nodes})
        nearest = sorted(nodes.values(), key=lambda node: abs(node["level"]))[:limit]
        shown = {node["id"] for node in nearest}
        edges = {}
        for edge in backward["edges"] + forward["edges"]:
            if edge["source_id"] in shown and edge["target_id"] in shown:
                edges[edge["source_id"], edge["target_id"], edge["model"], edge["res_id"]] = edge
        places = self._get_node_places([node["id"] for node in nearest if node["id"] > 0 and not node["is_stub"]])
        for node in nearest:
            node["place"] = places.get(node["id"], "used")
        return {"nodes": nearest, "edges": list(edges.values()), "left_off": len(nodes) - len(nearest)}

    def _get_node_places(self, lot_ids):
        """Return ``{lot id: place}``: where most of the lot is, our own places first."""
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group([("lot_id", "in", lot_ids), ("quantity", ">", 0)], ["lot_id", "location_id"], ["quantity:sum"])
        )
        found = {}
        for lot, location, _quantity in rows:
            place = PLACES.get(location.usage)
            if place and (lot.id not in found or ORDER.index(place) < ORDER.index(found[lot.id])):
                found[lot.id] = place
        return found
