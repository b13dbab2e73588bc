from odoo.tests import new_test_user, tagged

from .common import PullCommon

NO_QUANTITIES = [0, -1, -0.5, "0", "-3", float("nan"), float("inf"), "nan", "-inf", "abc", "", "12,5,1", "500 pcs"]
NO_NUMBERS = [True, False, [500], {"quantity": 500}, (5,), None]
ABSURD = [4006381333931, "5901234123457", 1e300, "9" * 400, 10**400, 10_000_001]
NO_IDS = [0, -1, 999_999_999, 10**30, "1", "x", True, [1], {"id": 1}, 1.5, None]
NO_BARCODES = ["nothing like this", "", "   ", None, 5901234123457, True, ["KB"], {}, "x" * 201, "9" * 5000]
HOSTILE = [
    "'; DROP TABLE mes_pull_card; --",
    "%",
    "_",
    "KB%",
    "a\x00b",
    "\ud800",
    "<script>alert(1)</script>",
    "${7*7}",
]


@tagged("post_install", "-at_install")
class BadInputCase(PullCommon):
    """Whatever is wrong with a scan: a clear message, and nothing is written."""

    def setUp(self):
        super().setUp()
        self.card = self.loop.card_ids[0]

    def _world(self):
        """Return all that a refused scan must leave as it was."""
        names = ("stock.location", "mes.pull.change", "mail.activity", "stock.picking", "purchase.order.line")
        return {
            **self._snapshot(),
            **{name: self.env[name].search_count([]) for name in names},
            "cards": self.loop.card_ids.mapped("state"),
        }

    def _assert_refused(self, call, *words):
        """Assert that ``call`` answers with an error that says all of ``words``, and that nothing was written."""
        before = self._world()
        answer = call()
        self.assertEqual(answer["status"], "error", answer)
        self.assertGreater(len(answer["message"]), 10, answer)
        self.assertNotIn("%(", answer["message"])
        for word in words:
            self.assertIn(word, answer["message"])
        self.assertEqual((answer["withdrawal_id"], answer["signal_id"], answer["duplicate"]), (False, False, False))
        self.assertEqual(self._world(), before, "a refused scan writes nothing")


@tagged("post_install", "-at_install")
class TestBadQuantity(BadInputCase):
    def test_a_quantity_that_is_not_positive_or_not_a_number_is_refused(self):
        for quantity in NO_QUANTITIES:
            with self.subTest(quantity=quantity):
                self._assert_refused(lambda q=quantity: self.station.withdraw(self.loop.id, q))
                self._assert_refused(lambda q=quantity: self.station.scan(self.stamped.barcode, quantity=q))
                self._assert_refused(lambda q=quantity: self.station.give_back(self.card.name, quantity=q))

    def test_a_quantity_of_another_type_is_refused(self):
        for quantity in NO_NUMBERS:
            with self.subTest(quantity=quantity):
                self._assert_refused(lambda q=quantity: self.station.withdraw(self.loop.id, q), "not a quantity")

    def test_a_barcode_read_into_the_quantity_is_refused(self):
        for quantity in ABSURD:
            with self.subTest(quantity=str(quantity)[:20]):
                self._assert_refused(lambda q=quantity: self.station.withdraw(self.loop.id, q))

    def test_12_as_text_is_12(self):
        answer = self.station.withdraw(self.loop.id, "12")
        self.assertEqual((answer["status"], answer["quantity"]), ("ok", 12), answer)
        self.assertEqual(self._on_hand(self.stamped, self.market), 988)

    def test_more_than_is_there_is_refused_and_all_that_is_there_is_not(self):
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 1001), "1,000", "1,001", "Stamped")
        self.assertEqual(self.station.withdraw(self.loop.id, 1000)["status"], "ok")
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 1), "Only 0")

    def test_finer_than_the_unit_is_refused(self):
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 0.001), "0.001")
        self.assertEqual(self.station.withdraw(self.loop.id, 0.01)["status"], "ok")
        self.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 0
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 12.5), "12.5")
        self.assertEqual(self.station.withdraw(self.loop.id, 12)["status"], "ok")

    def test_a_card_gives_no_more_than_its_container(self):
        self._assert_refused(lambda: self.station.scan(self.card.name, quantity=101), self.card.name, "100", "101")
        self.assertEqual(self.station.scan(self.card.name, quantity=60)["status"], "ok")
        self._assert_refused(lambda: self.station.scan(self.card.name, quantity=41), "40")
        self.assertEqual(self.station.scan(self.card.name, quantity=40)["status"], "ok")

    def test_a_gs1_weight_is_no_count(self):
        """AI 3100: net weight in kg; stamped parts are counted in units."""
        self._assert_refused(lambda: self.station.scan("0105901234123457" + "3100000012"), "kg", "Units")

    def test_giving_back_more_than_lies_there_is_refused(self):
        self.station.withdraw(self.loop.id, 100, location_dest_id=self.line.id)
        self._assert_refused(
            lambda: self.station.give_back(self.card.name, quantity=101, location_id=self.line.id), "100", "Welding"
        )


@tagged("post_install", "-at_install")
class TestBadBarcode(BadInputCase):
    def test_what_is_no_barcode_is_refused(self):
        for barcode in NO_BARCODES:
            with self.subTest(barcode=str(barcode)[:20]):
                self._assert_refused(lambda b=barcode: self.station.scan(b))
                self._assert_refused(lambda b=barcode: self.station.give_back(b))

    def test_hostile_barcodes_are_only_unknown(self):
        for barcode in HOSTILE:
            with self.subTest(barcode=repr(barcode)):
                self._assert_refused(lambda b=barcode: self.station.scan(b))
                self._assert_refused(lambda b=barcode: self.station.scan(self.card.name + b))

    def test_an_archived_card_is_refused(self):
        self.card.active = False
        self._assert_refused(lambda: self.station.scan(self.card.name), self.card.name, "out of use")

    def test_the_card_of_an_archived_loop_is_refused(self):
        self.loop.active = False
        self._assert_refused(lambda: self.station.scan(self.card.name), "out of use")
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 100), "archived")
        self._assert_refused(lambda: self.station.scan(self.stamped.barcode), "no pull loop")

    def test_a_product_without_a_loop_is_refused(self):
        self.blank.barcode = "5901234123464"
        self._assert_refused(lambda: self.station.scan("5901234123464"), "Blank", "no pull loop")

    def test_giving_back_reads_a_place_or_a_badge_for_the_next_returns(self):
        self.operator.mes_badge = "BADGE-1"
        before = self._snapshot()
        place = self.station.give_back("TEST-WELDING")
        self.assertEqual((place["kind"], place["location_dest_id"]), ("location", self.line.id))
        self.assertIn("come from", place["message"])
        badge = self.station.give_back("BADGE-1")
        self.assertEqual((badge["kind"], badge["operator_id"]), ("operator", self.operator.id))
        self.assertEqual(self._snapshot(), before)


@tagged("post_install", "-at_install")
class TestBadIds(BadInputCase):
    def test_an_unknown_loop_is_refused(self):
        for loop_id in [*NO_IDS, [self.loop.id], str(self.loop.id), float(self.loop.id)]:
            with self.subTest(loop_id=loop_id):
                self._assert_refused(lambda i=loop_id: self.station.withdraw(i, 100), "no such loop")

    def test_an_unknown_withdrawal_cannot_be_undone(self):
        for withdrawal_id in NO_IDS:
            with self.subTest(withdrawal_id=withdrawal_id):
                self._assert_refused(lambda i=withdrawal_id: self.station.undo(i), "not known")

    def test_an_unknown_place_order_lot_or_operator_is_refused(self):
        for name in ("location_dest_id", "production_id", "lot_id", "operator_id"):
            for value in [bad for bad in NO_IDS if bad]:  # nothing at all means: not given
                with self.subTest(parameter=name, value=value):
                    self._assert_refused(lambda n=name, v=value: self.station.withdraw(self.loop.id, 100, **{n: v}))

    def test_the_supermarket_itself_is_no_destination(self):
        self._assert_refused(
            lambda: self.station.withdraw(self.loop.id, 100, location_dest_id=self.market.id), "supermarket itself"
        )
        shelf = self._create_place("Shelf", self.market)
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 100, location_dest_id=shelf.id), "Shelf")

    def test_a_view_is_no_destination(self):
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 100, location_dest_id=self.floor.id))

    def test_an_order_that_is_over_or_does_not_need_the_part_is_refused(self):
        order = self.env["mrp.production"].create({"product_id": self.stamped.id, "product_qty": 1})
        order.action_confirm()
        self._assert_refused(
            lambda: self.station.withdraw(self.loop.id, 100, production_id=order.id), order.name, "does not need"
        )
        order.action_cancel()
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 100, production_id=order.id), "not open")

    def test_a_lot_of_another_product_is_refused(self):
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": self.blank.id})
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 100, lot_id=lot.id), "L1")


@tagged("post_install", "-at_install")
class TestBadKey(BadInputCase):
    def test_a_key_of_64_characters_is_the_longest(self):
        self.assertEqual(self.station.withdraw(self.loop.id, 100, scan_key="k" * 64)["status"], "ok")
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 100, scan_key="k" * 65), "64")

    def test_a_key_that_is_no_text_is_refused(self):
        for key in ["", 5, True, ["k"], {"k": 1}, 1.5, "a\x00b", "\ud800"]:
            with self.subTest(key=repr(key)):
                self._assert_refused(lambda k=key: self.station.withdraw(self.loop.id, 100, scan_key=k), "key")

    def test_no_key_is_fine(self):
        for key in (None, False):
            self.assertEqual(self.station.withdraw(self.loop.id, 100, scan_key=key)["status"], "ok")

    def test_a_refused_scan_does_not_use_up_its_key(self):
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 5000, scan_key="once"))
        answer = self.station.withdraw(self.loop.id, 500, scan_key="once")
        self.assertEqual((answer["status"], answer["duplicate"]), ("ok", False))

    def test_bulk_takes_a_list_of_dicts_only(self):
        for scans in ["abc", 5, None, {"barcode": "x"}, ["x"], [None], [{}] * 501]:
            with self.subTest(scans=str(scans)[:20]):
                self._assert_refused(lambda s=scans: self.station.scan_bulk(s)[0], "list of scans")

    def test_unknown_keys_of_a_bulk_scan_are_left_aside(self):
        answers = self.station.scan_bulk([{"barcode": self.card.name, "state": "done", 5: 6, "scan_key": "a"}])
        self.assertEqual([answer["status"] for answer in answers], ["ok"])


@tagged("post_install", "-at_install")
class TestOtherCompany(BadInputCase):
    """Records of a company that the operator has not chosen, or may not even see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Works"})
        env = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.other.id, cls.company.id]})
        cls.other_stock = env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1).lot_stock_id
        cls.other_market = env["stock.location"].create(
            {"name": "Theirs", "location_id": cls.other_stock.id, "company_id": cls.other.id, "barcode": "THEIR-PLACE"}
        )
        cls.other_loop = env["mes.pull.loop"].create(
            {
                "product_id": cls.blank.id,
                "location_id": cls.other_market.id,
                "supply_method": "buy",
                "container_qty": 10,
                "card_count": 2,
                "company_id": cls.other.id,
            }
        )
        cls._stock_up(cls.blank, cls.other_market, 20)

    def test_their_card_is_refused(self):
        self._assert_refused(lambda: self.station.scan(self.other_loop.card_ids[0].name))

    def test_their_product_and_place_are_refused(self):
        self.blank.barcode = "5901234123464"
        self._assert_refused(lambda: self.station.scan("5901234123464"))
        self._assert_refused(lambda: self.station.scan("THEIR-PLACE"))

    def test_their_loop_is_refused(self):
        self._assert_refused(lambda: self.station.withdraw(self.other_loop.id, 10), "no such loop")

    def test_their_place_is_no_destination(self):
        self._assert_refused(lambda: self.station.withdraw(self.loop.id, 100, location_dest_id=self.other_market.id))

    def test_their_place_is_no_destination_even_for_who_works_in_both_companies(self):
        both = new_test_user(
            self.env,
            "mes_both",
            "mes_pull.mes_pull_group_operator",
            company_id=self.company.id,
            company_ids=[(6, 0, (self.company | self.other).ids)],
        )
        station = self.station.with_user(both).with_context(allowed_company_ids=(self.company | self.other).ids)
        self._assert_refused(lambda: station.withdraw(self.loop.id, 100, location_dest_id=self.other_market.id))

    def test_the_refusal_names_no_company_that_the_operator_does_not_know(self):
        answer = self.station.scan(self.other_loop.card_ids[0].name)
        self.assertNotIn("Other Works", answer["message"])

    def test_who_works_there_too_is_told_which_company_to_switch_to(self):
        self.operator.company_ids |= self.other
        answer = self.station.scan(self.other_loop.card_ids[0].name)
        self.assertIn("Other Works", answer["message"])
