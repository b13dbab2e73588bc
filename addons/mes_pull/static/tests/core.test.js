import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { BoardReader, PAGE_SIZE } from "@mes_pull/board/board_reader";
import {
    clockOffset,
    formatAge,
    formatQuantity,
    formatWithUnit,
    padKey,
    parsePad,
    parseServerTime,
    shortPlace,
    signalAge,
} from "@mes_pull/core/format";
import {
    collectLocations,
    computeBar,
    computePage,
    computeTotals,
    filterLoops,
    mergeLoops,
    sortLoops,
} from "@mes_pull/core/loops";

describe.current.tags("headless");

const MINUTE = 60000;

function makeLoop(id, values = {}) {
    return {
        id,
        name: `Loop ${id}`,
        product: `Product ${id}`,
        location_id: 1,
        location: "WH/Stock/Market",
        authorised: 1000,
        on_hand: 1000,
        held: 0,
        on_order: 0,
        status: "ok",
        signals: [],
        ...values,
    };
}

const signal = (date, values = {}) => ({ state: "released", error: false, date_signalled: date, ...values });

test("quantities without needless decimals", async () => {
    await makeMockEnv();
    expect(formatQuantity(500)).toBe("500");
    expect(formatQuantity(1234.5)).toBe("1,234.5");
    expect(formatQuantity(0.125)).toBe("0.125");
    expect(formatQuantity(false)).toBe("0");
    expect(formatWithUnit(2, "kg")).toBe("2 kg");
    expect(formatWithUnit(2, false)).toBe("2");
});

test("the age of a signal follows the server's clock", async () => {
    await makeMockEnv();
    const now = Date.UTC(2026, 2, 1, 8, 0, 0);
    const offset = clockOffset("2026-03-01 08:10:00", now);
    expect(offset).toBe(10 * MINUTE);
    expect(signalAge(signal("2026-03-01 07:30:00"), now, offset)).toBe(40);
    expect(signalAge(signal("2026-03-01 07:30:00"), now + 5 * MINUTE, offset)).toBe(45);
    expect(signalAge(signal("2026-03-01 09:00:00"), now, offset)).toBe(0);
    expect(signalAge({ date_signalled: false, age_minutes: 7 }, now, offset)).toBe(7);
    expect(parseServerTime(false)).toBe(null);
    expect(clockOffset(false, now)).toBe(0);
});

test("ages in words", async () => {
    await makeMockEnv();
    expect(String(formatAge(0))).toBe("just now");
    expect(formatAge(59)).toBe("59 min");
    expect(formatAge(60)).toBe("1 h 0 min");
    expect(formatAge(2 * 1440 + 61)).toBe("2 d 1 h");
});

test("the quantity pad", () => {
    const type = (keys) => [...keys].reduce((text, key) => padKey(text, key), "");
    expect(type("250")).toBe("250");
    expect(type("05")).toBe("5");
    expect(type(".5")).toBe("0.5");
    expect(type("1.2.3")).toBe("1.23");
    expect(type("1234567890")).toBe("123456789");
    expect(padKey("25", "back")).toBe("2");
    expect(padKey("25", "clear")).toBe("");
});

test("what was typed as a quantity, and what is a barcode", () => {
    expect(parsePad("250")).toBe(250);
    expect(parsePad("2,5")).toBe(2.5);
    expect(parsePad("5901234123457")).toBe(null);
    expect(parsePad("KB00001-001")).toBe(null);
    expect(parsePad("-5")).toBe(null);
    expect(parsePad("")).toBe(null);
});

test("the last part of a place", () => {
    expect(shortPlace("WH/Stock/Market")).toBe("Market");
    expect(shortPlace(false)).toBe("");
});

test("the bar of a loop on its way: half usable, half on order, target at the end", () => {
    const bar = computeBar(makeLoop(1, { on_hand: 500, on_order: 500 }));
    expect(bar).toEqual({
        scale: 1000,
        target: 100,
        segments: [
            { key: "on_hand", quantity: 500, percent: 50 },
            { key: "on_order", quantity: 500, percent: 50 },
        ],
    });
});

test("the bar grows beyond the target when there is too much", () => {
    const bar = computeBar(makeLoop(1, { on_hand: 1000, held: 500, on_order: 500 }));
    expect(bar.scale).toBe(2000);
    expect(bar.target).toBe(50);
    expect(bar.segments.map((segment) => segment.percent)).toEqual([50, 25, 25]);
});

test("the bar of nothing, and of less than nothing", () => {
    expect(computeBar(makeLoop(1, { on_hand: 0, authorised: 0 }))).toEqual({
        scale: 0,
        target: 0,
        segments: [],
    });
    expect(computeBar(makeLoop(1, { on_hand: -5, authorised: 10 })).segments).toEqual([]);
});

test("most urgent first: state, then how empty, then how long", () => {
    const loops = [
        makeLoop(1),
        makeLoop(2, { status: "short", on_hand: 100 }),
        makeLoop(3, { status: "short", on_hand: 0, signals: [signal("2026-03-01 08:00:00")] }),
        makeLoop(4, { status: "short", on_hand: 0, signals: [signal("2026-03-01 07:00:00")] }),
        makeLoop(5, { status: "waiting" }),
        makeLoop(6, { status: "over" }),
        makeLoop(7, { status: "signalled" }),
    ];
    expect(sortLoops(loops, "urgency").map((loop) => loop.id)).toEqual([4, 3, 2, 5, 6, 7, 1]);
    expect(
        sortLoops(loops, "age")
            .map((loop) => loop.id)
            .slice(0, 2)
    ).toEqual([4, 3]);
    expect(sortLoops([makeLoop(2), makeLoop(1)], "product").map((loop) => loop.id)).toEqual([1, 2]);
});

test("every given filter holds, every word is found", () => {
    const loops = [
        makeLoop(1, { product: "Bracket left", status: "short" }),
        makeLoop(2, { product: "Bracket right", location_id: 2, location: "WH/Paint" }),
    ];
    const ids = (filter) => filterLoops(loops, filter).map((loop) => loop.id);
    expect(ids({})).toEqual([1, 2]);
    expect(ids({ text: "BRACKET ri" })).toEqual([2]);
    expect(ids({ text: "paint" })).toEqual([2]);
    expect(ids({ status: "short" })).toEqual([1]);
    expect(ids({ status: "short", locationId: 2 })).toEqual([]);
    expect(collectLocations(loops)).toEqual([
        { id: 2, name: "WH/Paint" },
        { id: 1, name: "WH/Stock/Market" },
    ]);
});

test("totals count loops, signals and the oldest of them", () => {
    const totals = computeTotals([
        makeLoop(1, { status: "short", signals: [signal("2026-03-01 08:00:00")] }),
        makeLoop(2, {
            status: "waiting",
            signals: [signal("2026-03-01 07:00:00", { state: "waiting" })],
        }),
    ]);
    expect([totals.loops, totals.signals, totals.waiting, totals.oldest]).toEqual([2, 2, 1, "2026-03-01 07:00:00"]);
    expect(totals.byStatus).toEqual({ short: 1, waiting: 1, over: 0, signalled: 0, ok: 0 });
});

test("what was read again takes the place of what is known", () => {
    const known = [makeLoop(1), makeLoop(2), makeLoop(3)];
    const merged = mergeLoops(known, [makeLoop(2, { on_hand: 5 }), makeLoop(4)], [2, 3, 4]);
    expect(merged.map((loop) => [loop.id, loop.on_hand])).toEqual([
        [1, 1000],
        [2, 5],
        [4, 1000],
    ]);
});

test("pages stay within what exists", () => {
    expect(computePage(120, 2, 50)).toEqual({ page: 2, pages: 3, first: 100, last: 120 });
    expect(computePage(20, 2, 50)).toEqual({ page: 0, pages: 1, first: 0, last: 20 });
    expect(computePage(0, 0, 50)).toEqual({ page: 0, pages: 1, first: 0, last: 0 });
});

function makeReader(total) {
    const calls = [];
    const shown = [];
    const timers = [];
    const reader = new BoardReader({
        read: async (domain, offset, limit) => {
            calls.push([domain, offset, limit]);
            const ids = domain.length
                ? domain.at(-1)[2]
                : Array.from({ length: total }, (_, index) => index + 1).slice(offset, offset + limit);
            return { total, server_time: "2026-03-01 08:00:00", loops: ids.map((id) => makeLoop(id)) };
        },
        onData: ({ loops }) => shown.push(loops.length),
        onError: (error) => shown.push(error.message),
        setTimer: (callback) => timers.push(callback),
        clearTimer: () => {},
    });
    return { reader, calls, shown, timers };
}

test("a long board is read in pages", async () => {
    const { reader, calls, shown } = makeReader(450);
    await reader.readAll();
    expect(calls.map((call) => call.slice(1))).toEqual([
        [0, PAGE_SIZE],
        [PAGE_SIZE, PAGE_SIZE],
        [2 * PAGE_SIZE, PAGE_SIZE],
    ]);
    expect(shown).toEqual([450]);
});

test("changes in quick succession are read once, and only what changed", async () => {
    const { reader, calls, shown, timers } = makeReader(3);
    await reader.readAll();
    reader.request([1]);
    reader.request([2, 1]);
    expect(timers.length).toBe(1);
    await timers[0]();
    expect(calls.length).toBe(2);
    expect(calls[1]).toEqual([[["id", "in", [1, 2]]], 0, 2]);
    expect(shown).toEqual([3, 3]);
});

test("a failed reading is reported, and the next one works", async () => {
    const { reader, shown } = makeReader(1);
    const { read } = reader;
    reader.read = () => Promise.reject(new Error("offline"));
    await reader.readAll();
    reader.read = read;
    await reader.readAll();
    expect(shown).toEqual(["offline", 1]);
});
