from collections import Counter

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PullCommon


class CardCase(PullCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cards = cls.loop.card_ids
        cls.card = cls.cards[4]
        cls._stock_up(cls.blank, cls.stock, 5000)

    def _scan(self, card=None, status="ok", **more):
        answer = self.station.scan((card or self.card).name, **more)
        self.assertEqual(answer["status"], status, answer)
        return answer

    def _assert_cards(self, **expected):
        """Assert how many of the ten cards are in which state."""
        self.assertEqual(Counter(self.loop.card_ids.mapped("state")), Counter(expected))

    def _move_out(self, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": self.stamped.id,
                "product_uom_qty": quantity,
                "location_id": self.market.id,
                "location_dest_id": self.line.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()


@tagged("post_install", "-at_install")
class TestLifeOfACard(CardCase):
    """full - withdrawn - in process - received - full."""

    def test_a_new_loop_has_a_full_card_for_every_container(self):
        self._assert_cards(full=10)
        self.assertEqual(set(self.cards.mapped("quantity")), {100})
        self.assertEqual(len(set(self.cards.mapped("name"))), 10)
        self.assertEqual(self.cards[0].name, f"KB{self.loop.id:05d}-001")

    def test_a_withdrawn_card_is_in_process_until_its_order_is_received(self):
        answer = self._scan()
        self.assertEqual((self.card.state, self.card.signal_id.id), ("in_process", answer["signal_id"]))
        self._assert_cards(full=9, in_process=1)
        self._finish(self._orders())
        self.assertEqual((self.card.state, self.card.signal_id.id), ("full", False))
        self._assert_cards(full=10)

    def test_a_second_scan_of_a_card_in_process_does_nothing(self):
        self._scan()
        before = self._snapshot()
        answer = self._scan(status="warning")
        self.assertIn(self._orders().name, answer["message"])
        self.assertFalse(answer["withdrawal_id"])
        self.assertEqual(self._snapshot(), before)

    def test_an_opened_container_is_in_use_until_it_is_empty(self):
        self._scan(quantity=30)
        self.assertEqual((self.card.state, self.card.withdrawn_qty), ("in_use", 30))
        self.assertFalse(self._orders())
        answer = self._scan()
        self.assertEqual((answer["quantity"], self.card.state), (70, "in_process"), "the rest")
        self.assertEqual(self._orders().product_qty, 100)

    def test_an_empty_card_of_a_full_loop_waits_and_goes_when_there_is_room(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.stamped.id, "product_qty": 100, "location_dest_id": self.market.id}
        )
        order.action_confirm()
        answer = self._scan()
        self.assertEqual((self.card.state, answer["signal_id"]), ("waiting", False))
        answer = self._scan(status="warning")
        self.assertIn("full", answer["message"])
        order.action_cancel()
        answer = self._scan()
        self.assertEqual(self.card.state, "in_process")
        self.assertEqual(self.env["mes.pull.signal"].browse(answer["signal_id"]).quantity, 100)
        self.assertEqual(self._on_hand(self.stamped, self.market), 900, "the container was taken once")

    def test_a_waiting_card_goes_first_when_another_withdrawal_makes_room(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.stamped.id, "product_qty": 100, "location_dest_id": self.market.id}
        )
        order.action_confirm()
        self._scan()
        self._move_out(100)
        self.assertEqual(self.card.state, "in_process")

    def test_an_order_that_cannot_be_made_puts_the_cards_in_error(self):
        self.bom.active = False
        self._move_out(200)
        self._assert_cards(full=8, error=2)
        self.bom.active = True
        self.loop.action_replenish()
        self._assert_cards(full=8, in_process=2)

    def test_the_cards_of_a_cancelled_order_are_empty_and_order_again_when_scanned(self):
        self._scan()
        self._orders().action_cancel()
        self.assertEqual(self.card.state, "empty")
        answer = self._scan()
        self.assertEqual(self.card.state, "in_process")
        self.assertTrue(answer["signal_id"])
        self.assertEqual(self._on_hand(self.stamped, self.market), 900)

    def test_a_partial_receipt_fills_the_cards_one_by_one(self):
        self._move_out(300)
        self._assert_cards(full=7, in_process=3)
        self._finish(self._orders(), 150)
        self._assert_cards(full=8, in_process=2)
        self._finish(self._orders().filtered(lambda order: order.state != "done"))
        self._assert_cards(full=10)

    def test_withdrawals_without_a_card_take_cards_as_well(self):
        self._move_out(300)
        self._assert_cards(full=7, in_process=3)
        self.assertEqual(self.loop.signal_ids.card_ids, self.cards.filtered(lambda card: card.state == "in_process"))

    def test_a_container_that_comes_back_is_full_again(self):
        self._scan(quantity=40, location_dest_id=self.line.id)
        answer = self.station.give_back(self.card.name, quantity=40, location_id=self.line.id)
        self.assertEqual((answer["status"], answer["kind"], self.card.state), ("ok", "return", "full"), answer)

    def test_a_part_that_comes_back_leaves_the_container_open(self):
        self._scan(quantity=40, location_dest_id=self.line.id)
        self.station.give_back(self.card.name, quantity=10, location_id=self.line.id)
        self.assertEqual((self.card.state, self.card.withdrawn_qty), ("in_use", 30))

    def test_a_whole_container_that_comes_back_takes_its_order_back(self):
        self._scan(location_dest_id=self.line.id)
        self.station.give_back(self.card.name, location_id=self.line.id)
        self.assertFalse(self._orders())
        self._assert_cards(full=10)

    def test_cards_are_neither_lost_nor_made_whatever_happens(self):
        steps = (
            lambda: self._scan(),
            lambda: self._move_out(250),
            lambda: self._finish(self._orders()[0], 50),
            lambda: self._scan(self.cards[7], quantity=50),
            lambda: self._finish(self._orders().filtered(lambda order: order.state == "confirmed")[:1]),
            lambda: self._move_out(100),
        )
        for number, step in enumerate(steps):
            step()
            with self.subTest(step=number):
                self.assertEqual(len(self.loop.card_ids), 10)
                open_signals = self.loop.signal_ids.filtered(lambda signal: signal.state == "released")
                working = self.loop.card_ids.filtered(lambda card: card.state == "in_process")
                self.assertEqual(working.signal_id, open_signals)
                self.assertLessEqual(len(working), 10 - self.loop.on_hand_qty // 100)


@tagged("post_install", "-at_install")
class TestNumbersOfCards(CardCase):
    def test_more_cards_are_made_when_the_loop_gets_more(self):
        self.loop.card_count = 12
        self.assertEqual(len(self.loop.card_ids), 12)
        self.assertEqual(self.loop.card_ids[-1].name, f"KB{self.loop.id:05d}-012")

    def test_no_card_is_deleted_when_the_loop_gets_fewer(self):
        self.loop.card_count = 8
        self.assertEqual(len(self.loop.card_ids), 10)

    def test_a_number_is_never_used_twice(self):
        self.cards[2].unlink()
        self.cards[3].active = False
        self.loop.action_create_cards()
        names = self.loop.with_context(active_test=False).card_ids.mapped("name")
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(sorted(names)[-1], f"KB{self.loop.id:05d}-012")

    def test_a_loop_of_more_than_100_cards_makes_them_on_the_button_only(self):
        loop = self._create_loop(self.blank, self.blank_market, supply_method="buy", card_count=101)
        self.assertFalse(loop.card_ids)
        loop.with_user(self.planner).action_create_cards()
        self.assertEqual(len(loop.card_ids), 101)

    @mute_logger("odoo.sql_db")
    def test_a_barcode_is_on_one_card_only(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["mes.pull.card"].create({"loop_id": self.loop.id, "name": self.card.name})
            self.env.flush_all()

    def test_cards_added_in_the_form_get_numbers_of_their_loop(self):
        Card = self.env["mes.pull.card"].with_context(default_loop_id=self.loop.id)
        first, second = Card.create({}), Card.create({})
        self.assertEqual(first.name, f"KB{self.loop.id:05d}-011")
        self.assertEqual(second.name, f"KB{self.loop.id:05d}-012")


@tagged("post_install", "-at_install")
class TestCardAudit(CardCase):
    def _audit(self, *barcodes):
        form = Form(
            self.env["mes.pull.card.audit"].with_user(self.planner).with_context(default_loop_ids=self.loop.ids)
        )
        form.barcodes = "\n".join(barcodes)
        return form.save()

    def test_missing_and_strange_cards_are_listed(self):
        names = self.cards.mapped("name")
        audit = self._audit(*names[:8], "  " + names[8] + " ", "KB-STRANGE", names[0])
        self.assertEqual((audit.missing_ids, audit.missing_count), (self.cards[9], 1))
        self.assertEqual(audit.found_ids, self.cards[:9])
        self.assertEqual(audit.unknown, "KB-STRANGE")

    def test_a_finished_audit_is_noted_on_cards_and_loop(self):
        audit = self._audit(*self.cards[:9].mapped("name"))
        audit.action_finish()
        self.assertTrue(all(self.cards[:9].mapped("date_seen")))
        self.assertFalse(self.cards[9].date_seen)
        note = self.loop.message_ids[0].body
        self.assertIn("9 of 10", note)
        self.assertIn(self.cards[9].name, note)

    def test_a_lost_card_is_replaced_and_its_barcode_refused(self):
        self._scan(self.cards[9])
        signal = self.cards[9].signal_id
        action = self._audit(*self.cards[:9].mapped("name")).action_replace_missing()
        self.assertEqual(action["type"], "ir.actions.report")
        new = self.loop.card_ids - self.cards
        self.assertEqual((len(self.loop.card_ids), new.state, new.signal_id), (10, "in_process", signal))
        self.assertEqual((new.replaces_id, self.cards[9].active), (self.cards[9], False))
        self.assertIn("out of use", self._scan(self.cards[9], status="error")["message"])
        self._finish(self._orders())
        self.assertEqual(new.state, "full")

    def test_when_all_are_there_nothing_is_replaced(self):
        audit = self._audit(*self.cards.mapped("name"))
        with self.assertRaisesRegex(UserError, "No card is missing"):
            audit.action_replace_missing()

    def test_a_card_is_replaced_once(self):
        self.card.action_replace()
        with self.assertRaisesRegex(UserError, "replaced already"):
            self.card.action_replace()
        self.assertEqual(len(self.loop.card_ids), 10)


@tagged("post_install", "-at_install")
class TestPrintedCards(CardCase):
    SHEET, LABELS = "mes_pull.report_cards", "mes_pull.report_card_labels"

    def _print(self, report, cards):
        Report = self.env["ir.actions.report"]
        render = Report._render_qweb_html if report == self.SHEET else Report._render_qweb_text
        content, _kind = render(report, cards.ids)
        return content.decode()

    def test_the_sheet_shows_every_card_with_its_barcode(self):
        html = self._print(self.SHEET, self.cards)
        for card in self.cards:
            self.assertIn(card.name, html)
        self.assertEqual(html.count("<svg"), 20, "a bar code and a QR code each")
        for text in ("Stamped part", "WH/Stock/Stamped", "Manufacture", "100"):
            self.assertIn(text, html)

    def test_the_label_is_zpl_in_utf_8_with_the_barcode(self):
        text = self._print(self.LABELS, self.cards[:2])
        self.assertEqual((text.count("^XA"), text.count("^XZ")), (2, 2))
        self.assertIn("^CI28", text)
        self.assertIn(f"^FD{self.cards[0].name}^FS", text)
        self.assertIn("^FDStamped part^FS", text)

    def test_names_with_signs_and_chinese_are_printed_as_they_are(self):
        self.stamped.name = '冲压件 <Ø 5 & "M6">'
        html = self._print(self.SHEET, self.card)
        self.assertIn("冲压件 &lt;Ø 5 &amp;", html)
        self.assertNotIn("<Ø", html)
        text = self._print(self.LABELS, self.card)
        self.assertIn('^FH|^FD冲压件 |3CØ 5 |26 "M6"|3E^FS', text)

    def test_a_name_with_printer_commands_breaks_no_label(self):
        self.stamped.name = "Part^XZ~JA"
        text = self._print(self.LABELS, self.card)
        self.assertEqual((text.count("^XZ"), text.count("~JA")), (1, 0))

    def test_a_quantity_is_printed_whole(self):
        self.card.quantity = 1234567.5
        self.assertIn("1,234,567.5", self._print(self.LABELS, self.card))

    def test_a_chinese_user_gets_chinese_words(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        cards = self.card.with_context(lang="zh_CN")
        content, _kind = (
            self.env["ir.actions.report"].with_context(lang="zh_CN")._render_qweb_html(self.SHEET, cards.ids)
        )
        self.assertIn(self.card.name, content.decode())

    def test_the_planner_prints_from_the_card(self):
        action = self.cards.with_user(self.planner).action_print()
        self.assertEqual((action["type"], action["report_type"]), ("ir.actions.report", "qweb-html"))
