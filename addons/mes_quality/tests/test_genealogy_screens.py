"""The graph in the web client, from the lot's button; its layout in hoot."""

from odoo.tests import HttpCase, tagged

from .trace_common import TraceCommon


@tagged("post_install", "-at_install")
class TestGenealogyScreens(HttpCase, TraceCommon):
    def _start_tour(self, tour):
        lot = self._receive("GRAPH-AXLE", self.axle, 10)
        made = self._create_lot("GRAPH-CART", self.cart)
        self._make(self.cart, 2, [(lot, 4)], lots=made)
        made.with_user(self.engineer).action_mes_hold("Crack in the weld")
        self.engineer.password = "q_engineer"
        self.start_tour(f"/odoo/stock.lot/{lot.id}", tour, login="q_engineer")

    def test_the_graph_from_a_lot(self):
        self._start_tour("mes_quality_genealogy_tour")

    def test_the_graph_by_keys(self):
        self._start_tour("mes_quality_genealogy_keys_tour")

    def test_both_directions_and_where_each_lot_is(self):
        lot = self._receive("AX", self.axle, 4)
        _order, carts = self._make(self.cart, 2, [(lot, 4)])
        self._ship(carts, 2)
        graph = self.env["mes.quality.genealogy"].with_user(self.inspector).get_graph(carts.ids)
        found = {node["id"]: (node["level"], node["place"]) for node in graph["nodes"]}
        self.assertEqual(found, {carts.id: (0, "shipped"), lot.id: (-1, "used")})
        self.assertEqual(len(graph["edges"]), 1)
        self.assertEqual(graph["left_off"], 0)
