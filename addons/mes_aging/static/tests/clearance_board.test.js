import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import {
    contains,
    getService,
    makeMockEnv,
    mountWebClient,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { currencies } from "@web/core/currency";
import {
    computeColumns,
    computeTargetBar,
    formatFigure,
    formatRatio,
    formatShort,
    monthRow,
    targetText,
} from "@mes_aging/clearance_board/format";

const EURO = { symbol: "€", position: "after", digits: [69, 2] };

describe("formats", () => {
    describe.current.tags("headless");
    beforeEach(async () => {
        await makeMockEnv(); // translations and number formats
        patchWithCleanup(currencies, { 7: EURO });
    });

    test("money has no cents from a thousand on; counts are no money", () => {
        expect(formatFigure(999.5, "claimed", 7)).toBe("999.50\u00a0€");
        expect(formatFigure(12500.4, "claimed", 7)).toBe("12,500\u00a0€");
        expect(formatFigure(3, "open", 7)).toBe("3");
        expect(formatFigure(null, "month_backlog", 7)).toBe("–");
    });

    test("nothing to compare with is a dash, in percents without decimals", () => {
        expect(formatFigure(66.6, "ratio", 7)).toBe("67 %");
        expect(formatRatio(0)).toBe("0 %");
        expect(formatRatio(false)).toBe("–");
    });

    test("amounts in narrow columns", () => {
        expect(formatShort(950)).toBe("950");
        expect(formatShort(12480)).toBe("12.5k");
        expect(formatShort(0)).toBe("0");
    });

    test("below the target the bar ends before the mark, above it the mark is in the bar", () => {
        expect(computeTargetBar({ total: 250, target: 1000 })).toEqual({ percent: 25, mark: 100, isOver: false });
        expect(computeTargetBar({ total: 1000, target: 1000 })).toEqual({ percent: 100, mark: 100, isOver: false });
        expect(computeTargetBar({ total: 2000, target: 1000 })).toEqual({ percent: 100, mark: 50, isOver: true });
    });

    test("without a target there is no mark, without anything no bar", () => {
        expect(computeTargetBar({ total: 20, target: 0 })).toEqual({ percent: 100, mark: false, isOver: false });
        expect(computeTargetBar({ total: 0, target: 0 })).toEqual({ percent: 0, mark: false, isOver: false });
    });

    test("the bar in words", () => {
        const money = (value) => `${value} €`;
        const row = { label: "Raw Material", total: 1200, target: 1000, ratio: 120 };
        expect(targetText(row, money).toString()).toBe("Raw Material: 1200 €, target 1000 €, 120 %");
        expect(targetText({ ...row, target: 0 }, money).toString()).toBe("Raw Material: 1200 €, no target");
    });

    test("columns are as high as the highest of all months", () => {
        const months = [
            { month: "2026-01-01", cleared: 200, recovered: 50 },
            { month: "2026-02-01", cleared: 0, recovered: 0 },
        ];
        expect(computeColumns(months)).toEqual([
            { month: "2026-01-01", cleared: 100, recovered: 25 },
            { month: "2026-02-01", cleared: 0, recovered: 0 },
        ]);
        expect(monthRow({ ...months[0], opened: 1, closed: 2, backlog: null })).toEqual({
            month: "2026-01-01",
            month_opened: 1,
            month_closed: 2,
            month_cleared: 200,
            month_recovered: 50,
            month_backlog: null,
        });
    });
});

describe("screen", () => {
    describe.current.tags("desktop");
    defineMailModels();

    const FIGURES = [
        ...["stock", "orders", "total", "open", "claimed", "overdue", "overdue_value", "mine", "mine_value", "count"],
        ...["value", "cleared", "recovered", "spent", "net", "ratio"],
        ...["month_opened", "month_closed", "month_cleared", "month_recovered", "month_backlog"],
    ];
    const PARTS = {
        total: [
            ["+", "stock"],
            ["+", "orders"],
        ],
    };
    const CASES = {
        ...{ open: 3, claimed: 290, overdue: 1, overdue_value: 60, mine: 2, mine_value: 140 },
        ...{ cleared: 160, recovered: 120, spent: 15, net: 105, ratio: 65.625 },
    };
    let board, opened;

    beforeEach(() => {
        opened = [];
        const oldest = { kind: "wip", bucket: "181+ days", label: "181+ days", stock: 500, orders: 20 };
        board = {
            currency_id: 7,
            figures: Object.fromEntries(
                FIGURES.map((name) => [name, { label: name, formula: `how ${name}`, parts: PARTS[name] || [] }])
            ),
            kinds: [
                { kind: "raw", label: "Raw", stock: 0, orders: 0, total: 0, target: 100, ratio: 0, buckets: [] },
                {
                    ...{ kind: "wip", label: "WIP", stock: 500, orders: 20, total: 520, target: 260, ratio: 200 },
                    buckets: [oldest],
                },
            ],
            cases: CASES,
            routes: [
                { route: "scrap", label: "Scrap", count: 1, value: 90 },
                { route: false, label: "No route yet", count: 2, value: 200 },
            ],
            months: [{ month: "2026-05-01", opened: 2, closed: 1, cleared: 80, recovered: 30, backlog: null }],
        };
        patchWithCleanup(currencies, { 7: EURO });
        onRpc("mes.aging.clearance.board", "get_board", () => board);
        onRpc("mes.aging.clearance.board", "get_records", ({ args, kwargs }) => {
            const { kind, bucket, route, month } = kwargs;
            opened.push([...args, { kind, bucket, route, month }]);
            return { type: "ir.actions.act_window_close" };
        });
    });

    async function mountBoard() {
        await mountWebClient();
        await getService("action").doAction("mes_aging.clearance_board");
        await animationFrame();
    }

    test("a tile shows its formula and opens its records", async () => {
        await mountBoard();
        expect("[data-tile=overdue] [data-figure=overdue]").toHaveText("1");
        expect("[data-tile=ratio] [data-figure=ratio]").toHaveText("66 %");
        await contains("[data-tile=overdue] [data-figure=overdue]").click();
        await animationFrame();
        expect(".o_mes_stock_explanation").toHaveText(/how overdue/);
        await contains(".o_mes_stock_open_records").click();
        await animationFrame();
        expect(opened).toEqual([["overdue", { kind: false, bucket: false, route: false, month: false }]]);
    });

    test("backlog above its target is told in words, its parts are in money", async () => {
        await mountBoard();
        expect("[data-kind=wip] .o_mes_clearance_over").toHaveAttribute(
            "aria-label",
            /WIP: 520.*, target 260.*, 200 %/
        );
        expect("[data-kind=raw] .o_mes_clearance_over").toHaveCount(0);
        await contains("[data-kind=wip] [data-figure=total]").click();
        await animationFrame();
        expect(queryAllTexts(".o_mes_stock_explanation td.text-end").map((text) => text.replace(/\s/g, " "))).toEqual([
            "500.00 €",
            "20.00 €",
            "520.00 €",
        ]);
    });

    test("what lies in a bucket and what takes no route is opened by that", async () => {
        await mountBoard();
        for (const selector of [
            "[data-kind=wip] .o_mes_clearance_bucket [data-figure=orders]",
            "[data-route=none] td button",
        ]) {
            await contains(selector).click();
            await animationFrame();
            await contains(".o_mes_stock_open_records").click();
            await animationFrame();
        }
        expect(opened).toEqual([
            ["orders", { kind: "wip", bucket: "181+ days", route: false, month: false }],
            ["count", { kind: false, bucket: false, route: false, month: false }],
        ]);
    });

    test("a month without a snapshot has no backlog", async () => {
        await mountBoard();
        const texts = queryAllTexts("[data-month='2026-05-01'] button").map((text) => text.replace(/\s/g, " "));
        expect(texts).toEqual(["2", "1", "80.00 €", "30.00 €", "–"]);
    });

    test("a refusal is shown instead of the board", async () => {
        onRpc("mes.aging.clearance.board", "get_board", () => {
            throw new Error("Only people of Inventory Aging see the clearance board.");
        });
        await mountBoard();
        expect(".alert-warning[role=alert]").toHaveCount(1);
        expect(".o_mes_clearance_tile").toHaveCount(0);
    });
});
