from odoo.tests import tagged

from .common import PullCommon

EAN = "5901234123457"  # of the stamped part
GTIN = "0" + EAN
FNC1 = "\x1d"


class BarcodeCase(PullCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.loop.card_ids[0]

    def _assert_withdrawn(self, barcode, expected, **more):
        answer = self.station.scan(barcode, **more)
        self.assertEqual((answer["status"], answer["kind"]), ("ok", "withdrawal"), answer)
        self.assertEqual(answer["quantity"], expected)
        return self.env["mes.pull.withdrawal"].browse(answer["withdrawal_id"])

    def _assert_refused(self, barcode, *words, **more):
        before = self._snapshot()
        answer = self.station.scan(barcode, **more)
        self.assertEqual(answer["status"], "error", answer)
        for word in words:
            self.assertIn(word, answer["message"])
        self.assertEqual(self._snapshot(), before)


@tagged("post_install", "-at_install")
class TestBarcodes(BarcodeCase):
    """One reader for every barcode: what it is, decides what happens."""

    def test_a_card_withdraws_its_container(self):
        withdrawal = self._assert_withdrawn(self.card.name, 100)
        self.assertEqual(withdrawal.card_id, self.card)

    def test_spaces_around_a_barcode_do_not_matter(self):
        self._assert_withdrawn(f"  {self.card.name}\r\n", 100)

    def test_a_card_and_a_quantity_withdraw_that_quantity(self):
        self._assert_withdrawn(self.card.name, 30, quantity=30)
        self.assertEqual((self.card.state, self.card.withdrawn_qty), ("in_use", 30))

    def test_a_product_withdraws_one_container_or_the_quantity_given(self):
        self._assert_withdrawn(EAN, 100)
        self._assert_withdrawn(EAN, 250, quantity=250)

    def test_a_packaging_withdraws_what_it_holds(self):
        box = self.env["uom.uom"].create(
            {"name": "Box of 24", "relative_factor": 24, "relative_uom_id": self.stamped.uom_id.id}
        )
        self.env["product.uom"].create({"barcode": "BOX-24", "product_id": self.stamped.id, "uom_id": box.id})
        self._assert_withdrawn("BOX-24", 24)
        self._assert_withdrawn("BOX-24", 48, quantity=48)

    def test_a_place_is_where_the_next_parts_go(self):
        before = self._snapshot()
        answer = self.station.scan("TEST-WELDING")
        self.assertEqual((answer["kind"], answer["location_dest_id"]), ("location", self.line.id))
        self.assertEqual(self._snapshot(), before)
        withdrawal = self._assert_withdrawn(self.card.name, 100, location_dest_id=answer["location_dest_id"])
        self.assertEqual(withdrawal.location_dest_id, self.line)

    def test_the_supermarket_is_no_destination_and_keeps_the_chosen_one_free(self):
        answer = self.station.scan("TEST-MARKET")
        self.assertEqual((answer["status"], answer["kind"]), ("ok", "location"))
        self.assertFalse(answer["location_dest_id"])

    def test_a_badge_says_who_scans(self):
        self.planner.mes_badge = "BADGE-7"
        answer = self.station.scan("BADGE-7")
        self.assertEqual((answer["kind"], answer["operator_id"]), ("operator", self.planner.id))
        withdrawal = self._assert_withdrawn(self.card.name, 100, operator_id=answer["operator_id"])
        self.assertEqual((withdrawal.operator_id, withdrawal.user_id), (self.planner, self.operator))

    def test_the_badge_of_somebody_who_left_is_unknown(self):
        self.planner.mes_badge = "BADGE-7"
        self.planner.active = False
        self._assert_refused("BADGE-7", "not known")

    def test_an_unknown_barcode_says_what_to_scan(self):
        self._assert_refused("5901234123464", "5901234123464", "not known")

    def test_a_product_in_two_supermarkets_asks_for_the_card(self):
        second = self._create_loop(self.stamped, self._create_place("Stamped 2", self.stock), container_qty=50)
        self._assert_refused(EAN, "several supermarkets", "Stamped 2")
        self._assert_withdrawn(self.card.name, 100)
        self._stock_up(self.stamped, second.location_id, 50)
        withdrawal = self._assert_withdrawn(second.card_ids[0].name, 50)
        self.assertEqual(withdrawal.loop_id, second)

    def test_a_company_that_reads_gs1_reads_no_other_product_by_a_part_of_its_number(self):
        """Odoo's GS1 search strips zeros and looks for a part of the number; a scan must mean one product."""
        self.company.nomenclature_id = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature")
        self._assert_refused("0123", "not known")
        self._assert_withdrawn(EAN, 100)


@tagged("post_install", "-at_install")
class TestLotBarcodes(BarcodeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.welded = cls._create_product("Welded frame", tracking="lot", barcode="5901234123471")
        cls.frame_market = cls._create_place("Frames", cls.stock)
        cls.frame_loop = cls._create_loop(
            cls.welded, cls.frame_market, container_qty=20, card_count=5, supply_method="buy"
        )
        cls.welded.seller_ids = [(0, 0, {"partner_id": cls.vendor.id})]
        cls.march, cls.april = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.welded.id} for name in ("MARCH", "APRIL")]
        )
        cls._stock_up(cls.welded, cls.frame_market, 60, lot=cls.march)
        cls._stock_up(cls.welded, cls.frame_market, 40, lot=cls.april)

    def _lots(self, withdrawal):
        return withdrawal.move_id.move_line_ids.mapped(lambda line: (line.lot_id.name, line.quantity))

    def test_a_lot_withdraws_a_container_of_that_lot(self):
        self.assertEqual(self._lots(self._assert_withdrawn("APRIL", 20)), [("APRIL", 20)])

    def test_more_than_the_lot_holds_is_refused(self):
        self._assert_refused("APRIL", "APRIL", "40", quantity=41)
        self._assert_withdrawn("APRIL", 40, quantity=40)

    def test_a_lot_number_of_two_products_asks_for_the_card(self):
        blanks = self._create_loop(self.blank, self.blank_market, supply_method="buy")
        self.blank.tracking = "lot"
        self.env["stock.lot"].create({"name": "MARCH", "product_id": self.blank.id})
        self._assert_refused("MARCH", "MARCH", "card")
        blanks.active = False
        self._assert_withdrawn("MARCH", 20)

    def test_gs1_lot_and_count_in_every_notation(self):
        gtin = "05901234123471"
        notations = (
            f"01{gtin}3710{FNC1}10APRIL",
            f"{FNC1}01{gtin}10APRIL{FNC1}3710",
            f"]C101{gtin}10APRIL{FNC1}3710",
            f"(01){gtin}(10)APRIL(37)10",
            f"(01){gtin}(37)10(10)APRIL",
        )
        for number, barcode in enumerate(notations):
            with self.subTest(barcode=barcode), self.env.cr.savepoint():
                withdrawal = self._assert_withdrawn(barcode, 10, scan_key=f"gs1-{number}")
                self.assertEqual(self._lots(withdrawal), [("APRIL", 10)])
                self.station.undo(withdrawal.id)

    def test_gs1_lot_that_the_product_does_not_have_is_refused(self):
        self._assert_refused("010590123412347110MAY", "MAY")

    def test_gs1_without_count_withdraws_a_container(self):
        self.assertEqual(self._lots(self._assert_withdrawn("010590123412347110APRIL", 20)), [("APRIL", 20)])

    def test_gs1_works_whatever_nomenclature_the_company_uses(self):
        for nomenclature in (
            "barcodes.default_barcode_nomenclature",
            "barcodes_gs1_nomenclature.default_gs1_nomenclature",
        ):
            with self.subTest(nomenclature=nomenclature):
                self.company.nomenclature_id = self.env.ref(nomenclature)
                self._assert_withdrawn(f"010590123412347110MARCH{FNC1}375", 5)


@tagged("post_install", "-at_install")
class TestGs1(BarcodeCase):
    def test_a_gtin_alone_withdraws_a_container(self):
        self._assert_withdrawn(f"01{GTIN}", 100)

    def test_ai_30_and_37_are_counts(self):
        self._assert_withdrawn(f"01{GTIN}3712", 12)
        self._assert_withdrawn(f"01{GTIN}3025", 25)

    def test_what_is_typed_wins_over_the_barcode(self):
        self._assert_withdrawn(f"01{GTIN}3712", 7, quantity=7)

    def test_the_gtin_of_a_packaging_counts_packagings(self):
        """A GTIN-14 whose first digit is 1 is a carton (GS1 General Specifications, 2.1.7)."""
        box = self.env["uom.uom"].create(
            {"name": "Box of 24", "relative_factor": 24, "relative_uom_id": self.stamped.uom_id.id}
        )
        carton = "15901234123454"
        self.env["product.uom"].create({"barcode": carton, "product_id": self.stamped.id, "uom_id": box.id})
        self._assert_withdrawn(f"01{carton}", 24)
        self._assert_withdrawn(f"01{carton}3702", 48)

    def test_a_wrong_check_digit_is_unknown(self):
        self._assert_refused("0105901234123450", "not known")

    def test_an_unknown_gtin_is_refused(self):
        self._assert_refused("0105901234123488", "not known")

    def test_a_count_of_nothing_is_refused(self):
        self._assert_refused(f"01{GTIN}370")

    def test_a_weight_is_read_for_a_product_that_is_weighed(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        self.stamped = self._create_product("Granulate", uom_id=kilogram.id, barcode="5901234123433")
        market = self._create_place("Granulate", self.stock)
        self._create_loop(self.stamped, market, container_qty=25, card_count=4)
        self.bom.copy({"product_tmpl_id": self.stamped.product_tmpl_id.id})
        self._stock_up(self.stamped, market, 100)
        self._assert_withdrawn("01" + "05901234123433" + "3102001250", 12.5)


@tagged("post_install", "-at_install")
class TestBulk(BarcodeCase):
    """RFID gateways send a list of scans; each stands for itself."""

    def test_one_refused_scan_does_not_stop_the_others(self):
        first, second = self.loop.card_ids[:2]
        answers = self.station.scan_bulk(
            [
                {"barcode": first.name, "scan_key": "1"},
                {"barcode": "nothing", "scan_key": "2"},
                {"barcode": second.name, "quantity": 1_000_000, "scan_key": "3"},
                {"barcode": second.name, "scan_key": "4", "location_dest_id": self.line.id},
            ]
        )
        self.assertEqual([answer["status"] for answer in answers], ["ok", "error", "error", "ok"])
        self.assertEqual(self._on_hand(self.stamped, self.market), 800)
        self.assertEqual(self._orders().mapped("product_qty"), [100, 100])

    def test_the_same_list_again_books_nothing_more(self):
        scans = [{"barcode": card.name, "scan_key": card.name} for card in self.loop.card_ids[:3]]
        first = self.station.scan_bulk(scans)
        before = self._snapshot()
        again = self.station.scan_bulk(scans)
        self.assertEqual([answer["duplicate"] for answer in again], [True, True, True])
        self.assertEqual([answer["withdrawal_id"] for answer in again], [answer["withdrawal_id"] for answer in first])
        self.assertEqual(self._snapshot(), before)

    def test_a_key_twice_in_one_list_is_one_scan(self):
        scan = {"barcode": EAN, "quantity": 100, "scan_key": "x"}
        answers = self.station.scan_bulk([scan, scan])
        self.assertEqual([answer["duplicate"] for answer in answers], [False, True])
        self.assertEqual(self._on_hand(self.stamped, self.market), 900)

    def test_a_scan_without_a_key_is_refused(self):
        before = self._snapshot()
        answers = self.station.scan_bulk([{"barcode": EAN, "quantity": 100}])
        self.assertEqual([answer["status"] for answer in answers], ["error"])
        self.assertIn("own key", answers[0]["message"])
        self.assertEqual(self._snapshot(), before)

    def test_an_empty_list_is_answered_with_an_empty_list(self):
        self.assertEqual(self.station.scan_bulk([]), [])
