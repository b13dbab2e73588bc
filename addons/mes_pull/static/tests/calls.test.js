import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { contains, getService, makeMockEnv, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { browser } from "@web/core/browser/browser";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { CallsScreen } from "@mes_pull/calls/calls_screen";
import {
    callStatus,
    countCalls,
    filterCalls,
    findPlace,
    formatUntil,
    formatUsable,
    groupCalls,
    isActionable,
    mergeCall,
    pendingCallIds,
} from "@mes_pull/core/calls";

describe.current.tags("desktop");
defineMailModels();

const NOW = Date.UTC(2026, 2, 2, 9, 0);

function makeCall(id, values = {}) {
    return {
        id,
        product_id: 3,
        product: "Blank",
        uom: "Units",
        tracking: "none",
        location_id: 8,
        location: "WH/Bench",
        workcenter_id: 1,
        workcenter: "Press",
        order_id: 7,
        order: "WH/MO/00007",
        picking: "WH/INT/00001",
        source: "WH/Stock",
        due: "2026-03-02 10:00:00",
        pick_by: "2026-03-02 09:30:00",
        need: 100,
        covered: 0,
        quantity: 100,
        picked: 0,
        done: 0,
        left: 100,
        state: "called",
        late: false,
        at_risk: false,
        lot: "",
        note: "",
        usable: { on_hand: 500, registered: 300, held: 0, reserved: 0, usable: 200 },
        ...values,
    };
}

describe("arithmetic", () => {
    test("what must be looked at first wins", () => {
        expect(callStatus(makeCall(1), NOW)).toBe("called");
        expect(callStatus(makeCall(1, { at_risk: true }), NOW)).toBe("risk");
        expect(callStatus(makeCall(1), NOW + 31 * 60000)).toBe("risk");
        expect(callStatus(makeCall(1, { at_risk: true }), NOW + 61 * 60000)).toBe("late");
        expect(callStatus(makeCall(1, { state: "short" }), NOW + 61 * 60000)).toBe("short");
        expect(callStatus(makeCall(1, { state: "done" }), NOW + 61 * 60000)).toBe("done");
    });

    test("what can be answered", () => {
        expect(isActionable(makeCall(1))).toBe(true);
        expect(isActionable(makeCall(1, { left: 0 }))).toBe(false);
        expect(isActionable(makeCall(1, { state: "planned" }))).toBe(false);
    });

    test("how long there is", async () => {
        await makeMockEnv();
        expect(formatUntil("2026-03-02 09:25:00", NOW)).toBe("in 25 min");
        expect(formatUntil("2026-03-02 09:00:00", NOW)).toBe("now");
        expect(formatUntil("2026-03-02 08:48:00", NOW)).toBe("12 min late");
    });

    test("calls are grouped by hour and place", () => {
        const calls = [
            makeCall(1, { due: "2026-03-02 11:15:00" }),
            makeCall(2, { due: "2026-03-02 10:30:00", location_id: 9, location: "WH/Other" }),
            makeCall(3, { due: "2026-03-02 10:10:00" }),
            makeCall(4, { due: "2026-03-02 10:50:00" }),
        ];
        const found = groupCalls(calls).map(({ places }) => places.map(({ id, calls: own }) => [id, own.map((c) => c.id)]));
        expect(found).toEqual([
            [
                [8, [3, 4]],
                [9, [2]],
            ],
            [[8, [1]]],
        ]);
    });

    test("counts and filters", () => {
        const calls = [
            makeCall(1),
            makeCall(2, { due: "2026-03-02 08:00:00" }),
            makeCall(3, { state: "short", location_id: 9 }),
            makeCall(4, { state: "planned" }),
        ];
        expect(countCalls(calls, NOW)).toEqual({ open: 2, late: 1, risk: 0, short: 1 });
        expect(filterCalls(calls, { placeId: 9 }, NOW).map((call) => call.id)).toEqual([3]);
        expect(filterCalls(calls, { status: "late" }, NOW).map((call) => call.id)).toEqual([2]);
    });

    test("an answered call leaves, a newer one replaces", () => {
        const calls = [makeCall(1), makeCall(2)];
        expect(mergeCall(calls, makeCall(2, { state: "done" })).map((call) => call.id)).toEqual([1]);
        expect(mergeCall(calls, makeCall(1, { left: 40 })).find((call) => call.id === 1).left).toBe(40);
    });

    test("answers that wait, and places", () => {
        expect([...pendingCallIds([{ args: { call_id: 4 } }, { args: { barcode: "x" } }])]).toEqual([4]);
        const places = [
            { id: 1, name: "A", barcode: "" },
            { id: 2, name: "B", barcode: "PLACE-B" },
        ];
        expect(findPlace(places, "PLACE-B").id).toBe(2);
        expect(findPlace(places, "")).toBe(undefined);
    });

    test("the formula of usable now", async () => {
        await makeMockEnv();
        expect(formatUsable(makeCall(1).usable)).toBe("500 on hand − 300 registered − 0 held − 0 reserved = 200");
    });
});

describe("screen", () => {
    let calls, sent, subscriptions, answers;

    beforeEach(() => {
        mockDate("2026-03-02 09:00:00", 0);
        browser.localStorage.clear();
        sent = [];
        answers = {};
        subscriptions = {};
        calls = [makeCall(1), makeCall(2, { due: "2026-03-02 08:00:00", product: "Bolt", left: 40, quantity: 40 })];
        onRpc("mes.pull.call", "get_calls", () => ({
            server_time: "2026-03-02 09:00:00",
            total: calls.length,
            places: [{ id: 8, name: "WH/Bench", barcode: "BENCH" }],
            calls,
        }));
        onRpc("mes.pull.call", "get_substitutes", () => [{ id: 33, name: "Blank B", usable: 70, uom: "Units" }]);
        for (const method of ["call_scan", "call_confirm", "call_short"]) {
            onRpc("mes.pull.station", method, ({ kwargs }) => {
                const { scan_key, context, ...rest } = kwargs;
                const args = Object.fromEntries(Object.entries(rest));
                sent.push({ method, args, hasKey: Boolean(scan_key) && Boolean(context) });
                return { status: "ok", message: "Booked", kind: "call", duplicate: false, ...answers[method] };
            });
        }
        const bus = new EventTarget();
        mockService("bus_service", {
            addEventListener: bus.addEventListener.bind(bus),
            removeEventListener: bus.removeEventListener.bind(bus),
            trigger: (type) => bus.dispatchEvent(new Event(type)),
            subscribe: (type, callback) => (subscriptions[type] = callback),
            unsubscribe: (type) => delete subscriptions[type],
            start: async () => {},
            workerState: "CONNECTED",
        });
    });

    async function mountScreen() {
        await makeMockEnv();
        await mountWithCleanup(MainComponentsContainer);
        await mountWithCleanup(CallsScreen, { props: { action: {} } });
    }

    const settle = async () => {
        await advanceTime(400);
        await animationFrame();
    };

    test("late calls come first and are counted", async () => {
        await mountScreen();
        expect(queryAllTexts(".o_mes_call_product")).toEqual(["Bolt", "Blank"]);
        expect(queryOne("[data-call-id='2']")).toHaveAttribute("data-status", "late");
        expect(queryOne(".o_mes_late_count b")).toHaveText("1");
        await contains(".o_mes_late_count").click();
        expect(queryAllTexts(".o_mes_call_product")).toEqual(["Bolt"]);
    });

    test("confirm books what the pad says, with a key and without the station's place", async () => {
        await mountScreen();
        getService("mes_pull.scan_queue").choose("destination", { id: 99, name: "Elsewhere" });
        answers.call_confirm = { call: makeCall(1, { left: 40 }) };
        calls[0].left = 40;
        await contains("[data-call-id='1'] .o_mes_call_confirm").click();
        await contains(".o_mes_pad_confirm").click();
        await settle();
        expect(sent).toEqual([{ method: "call_confirm", args: { call_id: 1, quantity: 100 }, hasKey: true }]);
        expect(queryOne("[data-call-id='1'] .o_mes_call_quantity")).toHaveText("40");
        expect(queryOne(".o_mes_result")).toHaveAttribute("data-status", "ok");
    });

    test("a place's barcode chooses the place, a part's is sent for it", async () => {
        await mountScreen();
        await contains(".o_mes_scan_input").edit("BENCH", { confirm: false });
        await contains(".o_mes_scan_submit").click();
        expect(sent).toEqual([]);
        expect(queryOne(".o_mes_place_choice")).toHaveValue("8");
        await contains(".o_mes_scan_input").edit("5901234123457", { confirm: false });
        await contains(".o_mes_scan_submit").click();
        await settle();
        expect(sent).toEqual([
            { method: "call_scan", args: { barcode: "5901234123457", location_id: 8 }, hasKey: true },
        ]);
    });

    test("a shortage is answered with none, with a note", async () => {
        await mountScreen();
        await contains("[data-call-id='1'] .o_mes_call_short_button").click();
        await contains(".o_mes_short_note").edit("shelf empty", { confirm: false });
        await contains(".o_mes_short_none").click();
        await settle();
        expect(sent).toEqual([
            { method: "call_short", args: { call_id: 1, note: "shelf empty", kind: "none" }, hasKey: true },
        ]);
    });

    test("a shortage is answered with another part", async () => {
        await mountScreen();
        await contains("[data-call-id='1'] .o_mes_call_short_button").click();
        await contains(".o_mes_short_other").click();
        await contains(".o_mes_substitute").click();
        await settle();
        expect(sent).toEqual([
            { method: "call_short", args: { call_id: 1, kind: "substitute", product_id: 33 }, hasKey: true },
        ]);
    });

    test("a change elsewhere is shown at once", async () => {
        await mountScreen();
        calls = [makeCall(5, { product: "Washer" })];
        subscriptions["mes_pull/calls"]({ location_ids: [8] });
        await settle();
        expect(queryAllTexts(".o_mes_call_product")).toEqual(["Washer"]);
    });

    test("the formula of the usable number opens with a tap", async () => {
        await mountScreen();
        await contains("[data-call-id='1'] .o_mes_usable_button").click();
        expect(queryOne("[data-call-id='1'] .o_mes_usable_formula")).toHaveText(
            "500 on hand − 300 registered − 0 held − 0 reserved = 200"
        );
    });
});
