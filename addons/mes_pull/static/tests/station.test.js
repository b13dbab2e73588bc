import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAllTexts, queryFirst, waitFor } from "@odoo/hoot-dom";
import { Deferred, mockSendBeacon, runAllTimers } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { browser } from "@web/core/browser/browser";
import { Beeper } from "@mes_pull/core/beeper";
import { PullStation } from "@mes_pull/station/station";

describe.current.tags("desktop");
defineMailModels();

const LOOP = {
    id: 1,
    name: "Bracket @ Market",
    product_id: 11,
    product: "Bracket",
    location_id: 5,
    location: "WH/Stock/Market",
    uom: "Units",
    mode: "stock",
    container_qty: 100,
    card_count: 10,
    authorised: 1000,
    on_hand: 1000,
    held: 0,
    on_order: 0,
    position: 1000,
    room: 0,
    status: "ok",
};

const WITHDRAWN = {
    status: "ok",
    message: "500 Units to Line. Ordered upstream: 500.",
    kind: "withdrawal",
    withdrawal_id: 3,
    signal_id: 4,
    duplicate: false,
    quantity: 500,
    uom: "Units",
    product: "Bracket",
    loop: { ...LOOP, on_hand: 500, on_order: 500, status: "signalled" },
};

let calls, answer, withdrawals;

beforeEach(() => {
    calls = [];
    answer = () => WITHDRAWN;
    withdrawals = [];
    patchWithCleanup(Beeper.prototype, {
        play(outcome) {
            expect.step(outcome);
        },
    });
    patchWithCleanup(browser.navigator, { locks: undefined });
    onRpc("mes.pull.station", "get_state", () => ({
        user: "Olga",
        company: { id: 1, name: "Factory" },
        loops: [LOOP, { ...LOOP, id: 2, product: "Wheel", container_qty: 48 }],
        places: [{ id: 8, name: "Shop Floor/Welding" }],
        withdrawals,
    }));
    for (const method of ["scan", "withdraw", "give_back", "undo"]) {
        onRpc("mes.pull.station", method, ({ kwargs }) => {
            const args = Object.fromEntries(Object.entries(kwargs).filter(([name]) => name !== "context"));
            calls.push([method, args]);
            return answer(method, args);
        });
    }
});

/** Wait until it is shown; hoot's own patience is 200 ms of real time, too short where tests run side by side. */
function shown(selector) {
    return waitFor(selector, { timeout: 10000 });
}

async function mountStation() {
    mockSendBeacon(() => true);
    return mountWithCleanup(PullStation, { props: { action: {} } });
}

async function type(barcode) {
    await contains(".o_mes_scan_input").edit(barcode, { confirm: false });
    await contains(".o_mes_scan_input").press("Enter");
    await animationFrame();
}

test("a right scan is green, loud and big, and the tile follows", async () => {
    await mountStation();
    expect(queryAllTexts(".o_mes_tile_number")).toEqual(["1,000", "1,000"]);
    await type("KB00001-001");
    await shown(".o_mes_result_ok");
    expect(".o_mes_result_number").toHaveText("500");
    expect(".o_mes_result_message").toHaveText(WITHDRAWN.message);
    expect(".o_mes_result [aria-live=polite]").toHaveCount(1);
    expect(queryAllTexts(".o_mes_tile_number")).toEqual(["500", "1,000"]);
    expect.verifySteps(["ok"]);
    const [method, args] = calls[0];
    expect(method).toBe("scan");
    expect(args.barcode).toBe("KB00001-001");
    expect(args.scan_key).toMatch(/^[0-9a-f-]{36}$/);
    expect("quantity" in args).toBe(false);
    expect(".o_mes_scan_input").toHaveValue("");
});

test("a hand scanner is heard without a field", async () => {
    await mountStation();
    getService("barcode").bus.trigger("barcode_scanned", { barcode: "KB00001-002" });
    await shown(".o_mes_result_ok");
    expect(calls[0][1].barcode).toBe("KB00001-002");
    expect.verifySteps(["ok"]);
});

test("a wrong scan is red and nothing waits", async () => {
    answer = () => ({ status: "error", message: "XX is not known here.", kind: false });
    await mountStation();
    await type("XX1");
    await shown(".o_mes_result_error");
    expect(".o_mes_result_message").toHaveText("XX is not known here.");
    expect(".o_mes_scan_waiting").toHaveCount(0);
    expect(".o_mes_result_undo").toHaveCount(0);
    expect.verifySteps(["error"]);
});

test("each physical scan has its own key", async () => {
    await mountStation();
    await type("KB1");
    await type("KB1");
    await animationFrame();
    expect(calls.length).toBe(2);
    expect(calls[0][1].scan_key).not.toBe(calls[1][1].scan_key);
    expect.verifySteps(["ok", "ok"]);
});

test("without connection scans are kept, counted, and replayed in order with their keys", async () => {
    let online = false;
    answer = () => {
        return online ? WITHDRAWN : new Response("", { status: 502 });
    };
    await mountStation();
    await type("AAA");
    await shown(".o_mes_queue_offline");
    await type("BBB");
    expect(".o_mes_queue_count").toHaveText("2");
    expect(".o_mes_waiting_count").toHaveText("2");
    expect(".o_mes_scan_waiting").toHaveCount(2);
    const firstKey = calls[0][1].scan_key;
    online = true;
    await contains(".o_mes_queue_offline button").click();
    await shown(".o_mes_result_ok");
    await animationFrame();
    expect(".o_mes_queue_offline").toHaveCount(0);
    expect(".o_mes_scan_waiting").toHaveCount(0);
    const replayed = calls.slice(-2).map(([, args]) => args);
    expect(replayed.map((args) => args.barcode)).toEqual(["AAA", "BBB"]);
    expect(replayed[0].scan_key).toBe(firstKey);
    expect.verifySteps(["warning", "ok", "ok"]);
});

test("scans during a slow answer wait for their turn", async () => {
    const slow = new Deferred();
    answer = async () => {
        await slow;
        return WITHDRAWN;
    };
    await mountStation();
    await type("AAA");
    await type("BBB");
    expect(calls.length).toBe(1);
    expect(".o_mes_result_sending").toHaveCount(1);
    slow.resolve();
    await shown(".o_mes_result_ok");
    await animationFrame();
    expect(calls.map(([, args]) => args.barcode)).toEqual(["AAA", "BBB"]);
    expect.verifySteps(["ok", "ok"]);
});

test("a tap on a product proposes one container and takes what was keyed in", async () => {
    await mountStation();
    await contains(".o_mes_tile:eq(1)").click();
    expect(".o_mes_pad_input").toHaveValue("48");
    for (const key of ["2", "5"]) {
        await contains(`.o_mes_pad_keys [data-key="${key}"]`).click();
    }
    expect(".o_mes_pad_input").toHaveValue("25");
    await contains(".o_mes_pad_confirm").click();
    await shown(".o_mes_result_ok");
    const args = { ...calls[0][1] };
    delete args.scan_key;
    expect([calls[0][0], args]).toEqual(["withdraw", { loop_id: 2, quantity: 25 }]);
    expect(".o_mes_quantity_pad").toHaveCount(0);
    expect.verifySteps(["ok"]);
});

test("a chosen quantity counts for one scan", async () => {
    await mountStation();
    await contains(".o_mes_chip_quantity").click();
    await contains('.o_mes_pad_keys [data-key="7"]').click();
    await contains(".o_mes_pad_confirm").click();
    expect(".o_mes_chip_quantity").toHaveText("7");
    await type("AAA");
    await type("BBB");
    expect(calls.map(([, args]) => args.quantity)).toEqual([7, undefined]);
    expect.verifySteps(["ok", "ok"]);
});

test("a scanned place becomes the destination until it is cleared", async () => {
    answer = (method, { barcode }) =>
        barcode === "LOC"
            ? { status: "ok", message: "To Welding", kind: "location", location_dest_id: 8, location_dest: "Welding" }
            : WITHDRAWN;
    await mountStation();
    await type("LOC");
    await shown(".o_mes_clear_destination");
    expect(".o_mes_chip_destination").toHaveText("Welding");
    await type("AAA");
    await contains(".o_mes_clear_destination").click();
    await type("BBB");
    expect(calls.map(([, args]) => args.location_dest_id)).toEqual([undefined, 8, undefined]);
    expect.verifySteps(["ok", "ok", "ok"]);
});

test("the destination can be chosen from the list, the badge signs on", async () => {
    answer = (method, { barcode }) =>
        barcode === "BADGE"
            ? { status: "ok", message: "Hello", kind: "operator", operator_id: 6, operator: "Olga" }
            : WITHDRAWN;
    await mountStation();
    await contains(".o_mes_chip_destination button").click();
    await contains(".o-dropdown-item:contains(Welding)").click();
    await type("BADGE");
    await shown(".o_mes_clear_operator");
    await type("AAA");
    expect([calls[1][1].location_dest_id, calls[1][1].operator_id]).toEqual([8, 6]);
    expect.verifySteps(["ok", "ok"]);
});

test("return mode gives back", async () => {
    answer = () => ({ ...WITHDRAWN, kind: "return", message: "Returned" });
    await mountStation();
    await contains(".o_mes_mode_return").click();
    expect(".o_mes_station_return").toHaveCount(1);
    await type("AAA");
    expect(calls[0][0]).toBe("give_back");
    expect.verifySteps(["ok"]);
});

test("the last scans can be undone", async () => {
    withdrawals = [
        {
            id: 3,
            date: "2026-03-01 08:00:00",
            product: "Bracket",
            quantity: 500,
            uom: "Units",
            location_dest: "Shop Floor/Welding",
            user: "Olga",
            state: "done",
            can_undo: true,
        },
    ];
    answer = () => {
        withdrawals = [{ ...withdrawals[0], state: "undone", can_undo: false }];
        return { ...WITHDRAWN, kind: "undo", message: "Undone", loop: LOOP };
    };
    await mountStation();
    await contains(".o_mes_scan_undo").click();
    await shown(".o_mes_result_ok");
    expect(calls).toEqual([["undo", { withdrawal_id: 3 }]]);
    await runAllTimers();
    await shown(".o_mes_scan_undone");
    expect(".o_mes_scan_undo").toHaveCount(0);
    expect.verifySteps(["ok"]);
});

test("mute is remembered", async () => {
    await mountStation();
    await contains(".o_mes_mute").click();
    expect(queryFirst(".o_mes_mute").getAttribute("aria-pressed")).toBe("true");
    expect(browser.localStorage.getItem("mes_pull.muted")).toBe("1");
    expect.verifySteps(["ok"]);
});

test("words in the field search the products", async () => {
    await mountStation();
    await contains(".o_mes_scan_input").edit("whe", { confirm: false });
    expect(queryAllTexts(".o_mes_tile_product")).toEqual(["Wheel"]);
    await press("escape");
});
