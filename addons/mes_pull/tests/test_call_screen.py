"""What the warehouse screen shows, and answers to calls by scan."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .call_screen_common import CallScreenCase


@tagged("post_install", "-at_install")
class TestCallScreen(CallScreenCase):
    def _rows(self, **arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.calls.get_calls(**arguments)["calls"]

    def test_open_calls_come_by_due_time_with_what_is_usable_for_them(self):
        late, early = self._call(60, hours=3), self._call(40, hours=1)
        rows = self._rows()
        self.assertEqual([row["id"] for row in rows], [early.id, late.id])
        self.assertEqual((rows[0]["left"], rows[0]["product"], rows[0]["location_id"]), (40, "Blank", self.bench.id))
        self.assertEqual(rows[0]["usable"]["usable"], 400)

    def test_planned_calls_show_a_day_ahead_and_answered_ones_only_to_the_line(self):
        near, far = self._call(hours=23, state="planned"), self._call(hours=25, state="planned")
        done = self._call(hours=-1, state="done", done_qty=100)
        self.assertEqual([row["id"] for row in self._rows()], [near.id])
        self.assertEqual([row["id"] for row in self._rows(with_done=True)], [done.id, near.id])
        self.assertNotIn(far.id, [row["id"] for row in self._rows(with_done=True)])

    def test_places_and_work_centres_narrow_the_list(self):
        here, there = self._call(), self._call(place=self.other_bench, workcenter_id=self.press.id)
        self.assertEqual([row["id"] for row in self._rows(location_ids=self.bench.ids)], [here.id])
        self.assertEqual([row["id"] for row in self._rows(workcenter_ids=self.press.ids)], [there.id])
        places = {place["name"]: place["barcode"] for place in self.calls.get_calls()["places"]}
        self.assertEqual(places[self.bench.display_name], "TEST-BENCH")

    def test_late_and_at_risk_are_marked(self):
        late, risky = self._call(hours=-1), self._call(hours=1)
        by_id = {row["id"]: row for row in self._rows()}
        self.assertTrue(by_id[late.id]["late"])
        self.assertEqual((by_id[risky.id]["late"], by_id[risky.id]["at_risk"]), (False, True))

    def test_the_count_of_queries_does_not_grow_with_the_calls(self):
        counts = []
        for number in (2, 30):
            for _again in range(number):
                self._call()
            self._rows()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.calls.get_calls()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_other_companies_calls_are_not_shown_and_not_answered(self):
        other = self.env["res.company"].create({"name": "Sister"})
        stranger = new_test_user(
            self.env,
            "sister_operator",
            "mes_pull.mes_pull_group_operator",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        call = self._call()
        station = self.env["mes.pull.station"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        calls = self.calls.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertEqual(calls.get_calls()["calls"], [])
        self.assertEqual(calls.list_changed()["calls"], [])
        self.assertEqual(station.call_confirm(call.id, scan_key="x")["status"], "error")

    def test_who_is_no_operator_sees_and_answers_nothing(self):
        call = self._call()
        user = new_test_user(self.env, "clerk", "base.group_user")
        for method in ("get_calls", "list_changed"):
            with self.assertRaises(AccessError):
                getattr(self.calls.with_user(user), method)()
        with self.assertRaises(AccessError):
            self.calls.with_user(user).confirm(call.id, 1, key="k")

    def test_nobody_at_the_shop_floor_writes_calls_by_hand(self):
        call = self._call().with_user(self.operator)
        for work in (lambda: call.write({"state": "done"}), call.unlink, call.copy):
            with self.assertRaises(AccessError):
                work()


@tagged("post_install", "-at_install")
class TestScansOfCalls(CallScreenCase):
    """Which call a scan means; what is confirmed then is the engine's."""

    def setUp(self):
        super().setUp()
        self.confirmed = []

        def action_confirm(call, quantity=None, lot_id=None, confirm_key=None):
            self.confirmed.append((call.id, quantity, lot_id, confirm_key))
            return {"status": "ok", "message": "Brought", "call_id": call.id, "duplicate": False}

        self.startPatcher(patch.object(type(self.env["mes.pull.call"]), "action_confirm", action_confirm))
        self.blank.barcode = "TEST-BLANK"

    def test_a_products_label_confirms_its_earliest_open_call(self):
        self._call(60, hours=3)
        first = self._call(40, hours=1)
        answer = self.station.call_scan("TEST-BLANK", scan_key="a")
        self.assertEqual((answer["status"], answer["call_id"], answer["kind"]), ("ok", first.id, "call"))
        self.assertEqual(self.confirmed, [(first.id, None, None, "a")])
        self.assertEqual(answer["call"]["id"], first.id)

    def test_a_chosen_place_and_a_keyed_quantity_count(self):
        self._call(40, hours=1)
        there = self._call(60, hours=3, place=self.other_bench)
        self.station.call_scan("TEST-BLANK", location_id=self.other_bench.id, quantity=25, scan_key="b")
        self.assertEqual(self.confirmed, [(there.id, 25, None, "b")])

    def test_a_lot_names_its_product_and_itself(self):
        self.blank.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "COIL-7", "product_id": self.blank.id})
        call = self._call()
        self.station.call_scan("COIL-7", scan_key="c")
        self.assertEqual(self.confirmed, [(call.id, None, lot.id, "c")])

    def test_a_places_barcode_chooses_the_place_and_confirms_nothing(self):
        answer = self.station.call_scan("TEST-BENCH", scan_key="d")
        self.assertEqual((answer["kind"], answer["place_id"], self.confirmed), ("call_place", self.bench.id, []))

    def test_what_nobody_called_is_refused_in_words(self):
        self._call(state="planned")
        answer = self.station.call_scan("TEST-BLANK", scan_key="e")
        self.assertEqual((answer["status"], self.confirmed), ("error", []))
        self.assertIn("Nothing is called of Blank", answer["message"])
        here = self.station.call_scan("TEST-BLANK", location_id=self.bench.id, scan_key="e")
        self.assertIn("Bench", here["message"])

    def test_a_key_that_was_used_means_its_first_call(self):
        first, second = self._call(40, hours=1), self._call(60, hours=2)
        self.env["mes.pull.call.answer"].sudo().create(
            {"call_id": first.id, "company_id": self.company.id, "confirm_key": "f", "kind": "confirm", "quantity": 40}
        )
        first.state = "done"
        self.assertEqual(self.station.call_scan("TEST-BLANK", scan_key="f")["call_id"], first.id)
        self.assertEqual(self.station.call_scan("TEST-BLANK", scan_key="g")["call_id"], second.id)

    def test_bad_parameters_are_refused_in_words(self):
        call = self._call()
        for arguments in ({"call_id": 0}, {"call_id": "x"}, {"call_id": call.id, "quantity": -1}):
            answer = self.station.call_confirm(**arguments)
            self.assertEqual((answer["status"], bool(answer["message"])), ("error", True), arguments)
        self.assertEqual(self.station.call_short(call.id, "later")["status"], "error")
        self.assertEqual(self.confirmed, [])

    def test_substitutes_are_usable_parts_of_the_category(self):
        call = self._call()
        near, gone = self._create_product("Blank B"), self._create_product("Blank C")
        (near | gone).categ_id = self.blank.categ_id = self.env["product.category"].create({"name": "Blanks"})
        self._stock_up(near, self.blank_market, 70)
        found = self.calls.get_substitutes(call.id)
        self.assertEqual([(row["name"], row["usable"]) for row in found], [("Blank B", 70)])

    def test_a_program_confirms_by_number_of_call_and_name_of_lot(self):
        self.blank.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "COIL-8", "product_id": self.blank.id})
        call = self._call()
        answer = self.calls.confirm(call.id, 30, lot="COIL-8", key="wms-1")
        self.assertEqual((answer["status"], answer["call_id"]), ("ok", call.id))
        self.assertEqual(self.confirmed, [(call.id, 30, lot.id, "wms-1")])
        refused = self.calls.confirm(call.id, 30, lot="COIL-9", key="wms-2")
        self.assertEqual((refused["status"], len(self.confirmed)), ("error", 1))
        self.assertIn("COIL-9", refused["message"])
