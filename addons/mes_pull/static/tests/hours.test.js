import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { browser } from "@web/core/browser/browser";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { HoursBoard } from "@mes_pull/hours/hours_board";
import { Refresher } from "@mes_pull/core/refresher";
import { computeCenter, dueByNow, formatDifference, hourStatus, missedSlots, moveDay } from "@mes_pull/core/hours";

describe.current.tags("desktop");
defineMailModels();

const at = (hour, minute = 0) => Date.UTC(2026, 2, 2, hour, minute);
const pad = (number) => String(number).padStart(2, "0");

function makeHour(hour, done, values = {}) {
    const item = { slot_id: hour, order_id: 7, order: "WH/MO/00007", product: "Bracket", uom: "Units" };
    const planned = values.planned ?? 25;
    return {
        label: `${pad(hour)}:00`,
        start: `2026-03-02 ${pad(hour)}:00:00`,
        stop: `2026-03-02 ${pad(hour + 1)}:00:00`,
        planned,
        done,
        items: [{ ...item, planned, done, loss_id: false, loss: "", note: "" }],
        ...values,
    };
}

function makeCenter(id, done, values = {}) {
    const hours = done.map((count, index) => makeHour(8 + index, count));
    return { id, name: `Press ${id}`, date: "2026-03-02", is_today: true, behind: 0, hours, ...values };
}

let centers, reads, subscriptions;

beforeEach(() => {
    mockDate("2026-03-02 10:30:00", 0);
    browser.localStorage.clear();
    reads = [];
    subscriptions = {};
    centers = [makeCenter(1, [20, 30, 10, 0]), makeCenter(2, [25, 25, 12, 0], { behind: 40 })];
    onRpc("has_group", () => true);
    onRpc("mes.pull.slot", "get_hours", ({ kwargs }) => {
        reads.push(kwargs);
        const ids = kwargs.workcenter_ids;
        return {
            server_time: "2026-03-02 10:30:00",
            losses: [
                { id: 3, name: "Breakdown" },
                { id: 4, name: "No material" },
            ],
            workcenters: kwargs.date ? [] : centers.filter((center) => !ids || ids.includes(center.id)),
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

const mountBoard = () => mountWithCleanup(HoursBoard, { props: { action: {} } });
const cells = (id, name) =>
    queryAllTexts(`[data-center-id="${id}"] .o_mes_hour:not(.o_mes_hour_head) .o_mes_hour_${name}`);

test("differences carry their sign", async () => {
    await makeMockEnv();
    expect([5, -20, 0, 0.5].map(formatDifference)).toEqual(["+5", "−20", "0", "+0.5"]);
});

test("how an hour stands, and what of it is due by now", () => {
    const hour = makeHour(10, 10);
    expect([at(9, 59), at(10), at(10, 59), at(11)].map((now) => hourStatus(hour, now))).toEqual([
        "future",
        "now",
        "now",
        "missed",
    ]);
    expect(hourStatus(makeHour(10, 25), at(11))).toBe("met");
    expect([at(10), at(10, 30), at(10, 59), at(12)].map((now) => dueByNow(hour, now))).toEqual([0, 12, 24, 25]);
    expect(dueByNow(makeHour(10, 0, { planned: 2.5 }), at(10, 30))).toBe(1.25);
});

test("the running difference counts what is due by now", () => {
    const total = computeCenter(makeCenter(1, [20, 30, 10, 0]), at(10, 30));
    expect(total.hours.map((hour) => hour.cumulative)).toEqual([-5, 0, -2, null]);
    expect(total.hours.map((hour) => hour.tone)).toEqual(["behind", "even", "behind", "even"]);
    expect([total.planned, total.done, total.due, total.difference, total.percent, total.target]).toEqual([
        100, 60, 62, -2, 60, 62,
    ]);
});

test("pieces made ahead of their hour are seen", () => {
    const total = computeCenter(makeCenter(1, [25, 25, 25, 5]), at(10, 30));
    expect(total.hours[3].cumulative).toBe(18);
    expect(total.tone).toBe("ahead");
});

test("a cause belongs to the orders that miss something", () => {
    const items = [
        { slot_id: 1, planned: 10, done: 10 },
        { slot_id: 2, planned: 15, done: 5 },
    ];
    expect(missedSlots({ items })).toEqual([2]);
    expect(missedSlots({ items: items.slice(0, 1) })).toEqual([1]);
});

test("days follow each other", () => {
    expect(moveDay("2026-02-28", 1)).toBe("2026-03-01");
    expect(moveDay("2026-03-01", -1)).toBe("2026-02-28");
});

test("readings are gathered, one at a time", async () => {
    const timers = [];
    let count = 0;
    const refresher = new Refresher(async () => count++, {
        setTimer: (callback) => timers.push(callback),
        clearTimer: () => {},
    });
    refresher.request();
    refresher.request();
    expect(timers.length).toBe(1);
    await timers[0]();
    expect(count).toBe(1);
    refresher.stop();
    refresher.request();
    expect(timers.length).toBe(1);
});

test("each work centre shows its hours and its day", async () => {
    await mountBoard();
    expect(queryAllTexts(".o_mes_center_name")).toEqual(["Press 1", "Press 2"]);
    expect(cells(1, "due")).toEqual(["25", "25", "25", "25"]);
    expect(cells(1, "done")).toEqual(["20", "30", "10", ""]);
    expect(cells(1, "cumulative")).toEqual(["−5", "0", "−2", ""]);
    expect("[data-center-id='1'] .o_mes_center_difference").toHaveText("−2");
    expect("[data-center-id='1'] .o_mes_center_total").toHaveText("60 of 100 made");
    expect("[data-center-id='2'] .o_mes_center_behind").toHaveText("40 more from earlier days");
    expect(queryOne("[data-center-id='1'] [data-hour='08:00']").dataset.status).toBe("missed");
    expect(".o_mes_connection").toHaveText("Live");
});

test("the clock moves on without reading", async () => {
    await mountBoard();
    await advanceTime(4 * 60 * 1000);
    expect("[data-center-id='1'] .o_mes_center_difference").toHaveText("−4");
    expect(reads.length).toBe(1);
});

test("an update over the bus reads again; of another work centre only when it is shown", async () => {
    await mountBoard();
    await contains(".o_mes_center_choice").select("2");
    expect(reads.at(-1).workcenter_ids).toEqual([2]);
    centers[1] = makeCenter(2, [25, 25, 20, 0]);
    subscriptions["mes_pull/hours"]({ workcenter_ids: [1] });
    await advanceTime(300);
    expect(reads.length).toBe(2);
    subscriptions["mes_pull/hours"]({ workcenter_ids: [2] });
    await advanceTime(300);
    await animationFrame();
    expect(reads.length).toBe(3);
    expect(cells(2, "done")).toEqual(["25", "25", "20", ""]);
});

test("a lost connection is said, and what comes after it is read", async () => {
    await mountBoard();
    getService("bus_service").trigger("BUS:DISCONNECT");
    await animationFrame();
    expect(queryOne(".o_mes_connection").dataset.state).toBe("offline");
    getService("bus_service").trigger("BUS:RECONNECT");
    await advanceTime(300);
    await animationFrame();
    expect(queryOne(".o_mes_connection").dataset.state).toBe("live");
    expect(reads.length).toBe(2);
});

test("a tap on a missed hour asks why", async () => {
    onRpc("mes.pull.slot", "action_set_loss", ({ args, kwargs }) => {
        expect.step([...args, kwargs.note]);
        Object.assign(centers[0].hours[0].items[0], { loss_id: 3, loss: "Breakdown" });
        return true;
    });
    await mountWithCleanup(MainComponentsContainer);
    await mountBoard();
    expect(".o_mes_hour_cause").toHaveCount(1);
    await contains(".o_mes_hour_cause").click();
    await contains(".o_mes_loss_note").edit("Belt");
    await contains(".o_mes_loss:contains(Breakdown)").click();
    expect.verifySteps([[[8], 3, "Belt"]]);
    await animationFrame();
    expect(".o_mes_hour_cause").toHaveText("Breakdown");
    expect(".o_dialog").toHaveCount(0);
});

test("another day, and back", async () => {
    await mountBoard();
    await contains(".o_mes_day_after").click();
    expect(reads.at(-1).date).toBe("2026-03-03");
    expect(".o_mes_hours_empty").toHaveCount(1);
    await contains(".o_mes_day").click();
    expect(reads.at(-1).date).toBe(false);
    expect(".o_mes_center").toHaveCount(2);
});

test("orders open for who may see them", async () => {
    mockService("action", {
        doAction(action) {
            expect.step(`${action.res_model} ${action.res_id}`);
        },
    });
    await mountBoard();
    await contains(".o_mes_hour_order:eq(0)").click();
    expect.verifySteps(["mrp.production 7"]);
});

test("an operator reads the order without a door to it", async () => {
    onRpc("has_group", () => false);
    await mountBoard();
    expect("button.o_mes_hour_order").toHaveCount(0);
    expect("[data-center-id='1'] .o_mes_hour_order:eq(0)").toHaveText("WH/MO/00007");
});
