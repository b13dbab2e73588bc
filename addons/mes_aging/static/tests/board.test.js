import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import {
    barText,
    computeBar,
    describeTrend,
    explainParts,
    formatCover,
    formatQuantity,
    getFigure,
    searchDomain,
} from "@mes_aging/board/format";

describe.current.tags("headless");
beforeEach(makeMockEnv); // translations and number formats

const RESISTOR = {
    on_hand: 800,
    registered: 0,
    held: 0,
    demand: [600, 600],
    incoming: [0, 5],
    cover_days: null,
    bar: { near: 600, safety: 200, far: 0, idle: 0, obsolete: 0 },
};

test("the resistor: 800 on hand, 600 for the next 3 days, 200 to stay", () => {
    expect(barText(RESISTOR, [3, 30]).toString()).toBe("800 on hand: 600 next 3 days, 200 safety");
    expect(computeBar(RESISTOR)).toEqual([
        { key: "near", quantity: 600, percent: 75 },
        { key: "safety", quantity: 200, percent: 25 },
    ]);
});

test("what is missing is a gap in the bar, what is held is a part of it", () => {
    const row = { ...RESISTOR, on_hand: 400, held: 100, bar: { near: 300, safety: 0, far: 0, idle: 0, obsolete: 0 } };
    expect(computeBar(row).map(({ key, quantity }) => [key, quantity])).toEqual([
        ["near", 300],
        ["held", 100],
        ["missing", 300],
    ]);
});

test("nothing on hand and nothing needed makes no bar", () => {
    const row = { ...RESISTOR, on_hand: 0, demand: [0, 0], bar: { near: 0, safety: 0, far: 0, idle: 0, obsolete: 0 } };
    expect(computeBar(row)).toEqual([]);
    expect(barText(row, [3, 30]).toString()).toBe("0 on hand");
});

test("cover is told to a tenth below ten days", () => {
    const cover = (row) => formatCover({ free: 1, demand_all: 0, last_demand_days: 0, ...row }).toString();
    expect(cover({ cover_days: 2.54 })).toBe("2.5 d");
    expect(cover({ cover_days: 74.6 })).toBe("75 d");
    expect(cover({ cover_days: null })).toBe("no use");
    expect(cover({ cover_days: null, demand_all: 600, last_demand_days: 2 })).toBe("> 2 d");
    expect(cover({ cover_days: 0, free: 0 })).toBe("–");
});

test("figures of a horizon are the first and the last of their list", () => {
    expect(getFigure(RESISTOR, "incoming_near")).toBe(0);
    expect(getFigure(RESISTOR, "incoming_far")).toBe(5);
    expect(getFigure(RESISTOR, "on_hand")).toBe(800);
    expect(getFigure(RESISTOR, "cover")).toBe(null);
});

test("a formula shows its parts with their numbers", () => {
    const figures = {
        on_hand: { label: "On hand", parts: [] },
        held: { label: "Held", parts: [] },
        free: {
            label: "Not held",
            parts: [
                ["+", "on_hand"],
                ["-", "held"],
            ],
        },
    };
    expect(explainParts(RESISTOR, "free", figures)).toEqual([
        { sign: "", label: "On hand", figure: "on_hand", quantity: 800 },
        { sign: "−", label: "Held", figure: "held", quantity: 0 },
    ]);
});

test("every word that is typed is looked for", () => {
    expect(searchDomain(" ")).toEqual([]);
    expect(searchDomain("red 12")).toHaveLength(10);
    expect(formatQuantity(0.5)).toBe("0.5");
    expect(formatQuantity(1200)).toBe("1,200");
});

test("a trend is told by its sign", () => {
    const days = { date_from: "2026-06-01", date_to: "2026-06-30" };
    expect(describeTrend({ ...days, change: -19.6 })).toMatchObject({ change: "−20%", color: "text-success" });
    expect(describeTrend({ ...days, change: 5 })).toMatchObject({ change: "+5%", color: "text-danger" });
    expect(describeTrend({ ...days, change: false }).change).toBe("");
});
