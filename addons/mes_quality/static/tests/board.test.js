import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { ageClassLabel, formatAge, parseUtc } from "@mes_quality/board/format";

describe.current.tags("headless");
beforeEach(allowTranslations);

const HOUR = 60 * 60 * 1000;

test("an age is told in the two units that matter", () => {
    expect(formatAge(45 * 60 * 1000).toString()).toBe("45 min");
    expect(formatAge(3.5 * HOUR).toString()).toBe("3 h 30 min");
    expect(formatAge(50 * HOUR).toString()).toBe("2 d 2 h");
});

test("what lies in the future is no age", () => {
    expect(formatAge(-HOUR).toString()).toBe("0 min");
});

test("the server's times are UTC", () => {
    expect(parseUtc("1970-01-02 00:00:00")).toBe(24 * HOUR);
});

test("age classes name both ends, the last one has none", () => {
    expect(ageClassLabel(1, 0).toString()).toBe("≤ 1 d");
    expect(ageClassLabel(7, 3).toString()).toBe("3–7 d");
    expect(ageClassLabel(null, 30).toString()).toBe("> 30 d");
});
