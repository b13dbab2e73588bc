import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { PullBoard } from "@mes_pull/board/board";

describe.current.tags("desktop");
defineMailModels();

let loops, reads, subscriptions;

function makeLoop(id, values = {}) {
    return {
        id,
        name: `Loop ${id}`,
        product_id: id,
        product: `Product ${id}`,
        location_id: 5,
        location: "WH/Stock/Market",
        uom: "Units",
        supply_method: "manufacture",
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
        signals: [],
        ...values,
    };
}

const ON_ITS_WAY = {
    on_hand: 500,
    on_order: 500,
    status: "signalled",
    signals: [
        {
            id: 9,
            quantity: 500,
            received: 0,
            state: "released",
            error: false,
            date_signalled: "2026-03-01 07:48:00",
            age_minutes: 12,
            document: { model: "mrp.production", id: 7, name: "WH/MO/00007" },
        },
    ],
};

beforeEach(() => {
    mockDate("2026-03-01 08:00:00", 0);
    reads = [];
    subscriptions = {};
    loops = [
        makeLoop(1),
        makeLoop(2, ON_ITS_WAY),
        makeLoop(3, { on_hand: 0, position: 0, room: 1000, status: "short", location_id: 6, location: "WH/Paint" }),
    ];
    onRpc("has_group", () => true);
    onRpc("mes.pull.loop", "get_board", ({ kwargs }) => {
        const { domain, offset, limit } = kwargs;
        reads.push(domain);
        const ids = domain.find(([field]) => field === "id")?.[2];
        const found = loops.filter((loop) => !ids || ids.includes(loop.id));
        return {
            total: found.length,
            server_time: "2026-03-01 08:00:00",
            loops: found.slice(offset, offset + limit),
        };
    });
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

const mountBoard = () => mountWithCleanup(PullBoard, { props: { action: {} } });
const names = () => queryAllTexts(".o_mes_row_product");
const figure = (id, name) => queryOne(`[data-loop-id="${id}"] [data-figure=${name}] .o_mes_figure_number`);

test("loops stand by urgency, each with state in words, bar, figures and signals", async () => {
    await mountBoard();
    expect(names()).toEqual(["Product 3", "Product 2", "Product 1"]);
    expect(queryAllTexts(".o_mes_status")).toEqual(["Short", "On its way", "Enough"]);
    expect(figure(2, "on_hand")).toHaveText("500");
    expect(figure(2, "authorised")).toHaveText("1,000");
    expect(queryOne("[data-loop-id='2'] .o_mes_part_usable").style.width).toBe("50%");
    expect("[data-loop-id='2'] .o_mes_signal_age").toHaveText("12 min");
    expect(".o_mes_total_signals").toHaveText("1");
    expect(queryAllTexts(".o_mes_filter_count")).toEqual(["1", "0", "0", "1", "1"]);
    expect(".o_mes_connection").toHaveText("Live");
});

test("ages tick without reading again", async () => {
    await mountBoard();
    const count = reads.length;
    await advanceTime(3 * 60 * 1000);
    expect("[data-loop-id='2'] .o_mes_signal_age").toHaveText("15 min");
    expect(reads.length).toBe(count);
});

test("an update over the bus reads just the loop that changed", async () => {
    await mountBoard();
    loops[0] = makeLoop(1, { on_hand: 400, status: "short" });
    subscriptions["mes_pull/update"]({ loop_ids: [1] });
    subscriptions["mes_pull/update"]({ loop_ids: [1] });
    await advanceTime(300);
    await animationFrame();
    expect(reads.at(-1)).toEqual([["id", "in", [1]]]);
    expect(reads.length).toBe(2);
    expect(figure(1, "on_hand")).toHaveText("400");
});

test("a lost connection is said; coming back reads everything again", async () => {
    await mountBoard();
    getService("bus_service").trigger("BUS:DISCONNECT");
    await animationFrame();
    expect(queryOne(".o_mes_connection").dataset.state).toBe("offline");
    loops.push(makeLoop(4));
    getService("bus_service").trigger("BUS:RECONNECT");
    await advanceTime(300);
    await animationFrame();
    expect(queryOne(".o_mes_connection").dataset.state).toBe("live");
    expect(names()).toInclude("Product 4");
});

test("search, state and place narrow the board", async () => {
    await mountBoard();
    await contains(".o_mes_status_filter[data-status=short]").click();
    expect(names()).toEqual(["Product 3"]);
    await contains(".o_mes_status_filter[data-status=short]").click();
    await contains(".o_mes_location_filter").select("5");
    expect(names()).toEqual(["Product 2", "Product 1"]);
    await contains(".o_mes_search_input").edit("nothing like it", { confirm: false });
    expect(names()).toEqual([]);
    await contains(".o_mes_no_match button").click();
    expect(names().length).toBe(3);
});

test("a number opens the records behind it", async () => {
    onRpc("mes.pull.loop", "action_open_figure", ({ args }) => ({
        type: "ir.actions.act_window",
        name: args[1],
    }));
    mockService("action", {
        doAction(action) {
            expect.step(`${action.name || action.res_model}`);
        },
    });
    await mountBoard();
    await contains('[data-loop-id="2"] [data-figure=on_order]').click();
    await contains(".o_mes_signal_document").click();
    expect.verifySteps(["on_order", "mrp.production"]);
});

test("a planner replenishes what is missing", async () => {
    onRpc("mes.pull.loop", "action_replenish", ({ args }) => {
        expect.step(args[0]);
        loops[2] = makeLoop(3, { ...ON_ITS_WAY, on_hand: 0, on_order: 1000 });
        return [1];
    });
    await mountBoard();
    expect(".o_mes_replenish").toHaveCount(1);
    await contains(".o_mes_replenish").click();
    await advanceTime(300);
    await animationFrame();
    expect.verifySteps([[3]]);
    expect(".o_mes_replenish").toHaveCount(0);
    expect(figure(3, "on_order")).toHaveText("1,000");
});

test("an operator sees all, but is not offered what only planners may do or open", async () => {
    onRpc("has_group", () => false);
    await mountBoard();
    expect(".o_mes_replenish").toHaveCount(0);
    expect("button[data-figure=on_hand]").toHaveCount(0);
    expect("div[data-figure=on_hand]").toHaveCount(3);
    expect("button[data-figure=authorised]").toHaveCount(3);
    expect("[data-loop-id='2'] .o_mes_signal").toHaveText(/WH\/MO\/00007/);
    expect(".o_mes_signal_document").toHaveCount(0);
});

test("many loops are paged", async () => {
    loops = Array.from({ length: 250 }, (_, index) => makeLoop(index + 1));
    await mountBoard();
    expect(reads.length).toBe(2);
    expect(".o_mes_row").toHaveCount(50);
    await contains(".o_mes_next").click();
    expect(".o_mes_pager span").toHaveText("51-100 / 250");
});

test("an empty board teaches and lets a planner begin", async () => {
    loops = [];
    mockService("action", {
        doAction(action) {
            expect.step(action.res_model);
        },
    });
    await mountBoard();
    await contains(".o_mes_create_loop").click();
    expect.verifySteps(["mes.pull.loop"]);
});

test("the wall screen shows the rows only", async () => {
    patchWithCleanup(document.documentElement, { requestFullscreen: async () => {} });
    await mountBoard();
    await contains(".o_mes_wall_toggle").click();
    expect(".o_mes_wall").toHaveCount(1);
    expect(".o_mes_tools").toHaveCount(0);
    await contains(".o_mes_wall_toggle").click();
    expect(".o_mes_tools").toHaveCount(1);
});
