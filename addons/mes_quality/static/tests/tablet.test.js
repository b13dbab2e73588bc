import { describe, expect, test } from "@odoo/hoot";
import { makePath, makeScale } from "@mes_quality/control_chart/scale";
import { barPlace, judge, nextSample, parseMeasure, pressKey } from "@mes_quality/tablet/measure";

describe.current.tags("headless");

const LINE = { has_lower: true, lower_limit: 9.9, has_upper: true, upper_limit: 10.1 };

test("a measure is keyed in", () => {
    const keys = ["1", "0", ".", ".", "5", "sign"];
    expect(keys.reduce(pressKey, "")).toBe("-10.5");
    expect(pressKey("-10.5", "back")).toBe("-10.");
    expect(pressKey("-10", "sign")).toBe("10");
});

test("what is no number is none", () => {
    expect(parseMeasure("10,5")).toBe(10.5);
    expect(parseMeasure("-.5")).toBe(-0.5);
    for (const text of ["", "-", "1e5", "LOT-1", "1.2.3"]) {
        expect(parseMeasure(text)).toBe(null);
    }
});

test("a value on a limit is good, one beyond it is bad", () => {
    expect(judge(10.1, LINE)).toBe("pass");
    expect(judge(10.100001, LINE)).toBe("fail");
    expect(judge(9.9, LINE)).toBe("pass");
    expect(judge(9.899999, LINE)).toBe("fail");
    expect(judge(99, { ...LINE, has_upper: false })).toBe("pass");
    expect(judge(null, LINE)).toBe(false);
});

test("the mark stays on the bar", () => {
    expect(barPlace(10, LINE)).toBeCloseTo(50);
    expect(barPlace(99, LINE)).toBe(100);
    expect(barPlace(10, { ...LINE, has_lower: false })).toBe(null);
});

test("the next piece is the first one that is not complete", () => {
    expect(nextSample(1, 3, { 1: "pass" })).toBe(2);
    expect(nextSample(3, 3, { 2: "pass", 3: "fail" })).toBe(1);
    expect(nextSample(2, 3, { 1: "pass", 2: "pass", 3: "pass" })).toBe(2);
});

test("a chart has room, also where nothing varies", () => {
    const y = makeScale([1, 3, null], 100);
    expect(y(3)).toBeLessThan(y(1));
    expect(y(3)).toBeGreaterThan(0);
    expect(makeScale([5, 5], 100)(5)).toBe(50);
    expect(makePath([null, 1, 2], (place) => place, (value) => value)).toBe("M1 1L2 2");
});
