import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Overview } from "@mes_pull/overview/overview";

describe.current.tags("desktop");
defineMailModels();

const TILE = { key: "paused", label: "Orders Paused", value: "3", note: "9 pieces", formula: "Orders that stand." };
const WINDOW = { type: "ir.actions.act_window", res_model: "mrp.production", views: [[false, "list"]], domain: [] };

let sections = [];
let opened = [];

beforeEach(() => {
    opened = [];
    sections = [
        {
            key: "mes_pull",
            name: "Pull",
            icon: "",
            mistakes: [{ text: "Loops without a bill: A", cure: "Create it.", action: "x.loops" }],
            steps: [
                { name: "Loops", help: "What is kept.", is_done: true, action: "x.loops" },
                { name: "Cards", help: "Print them.", is_done: false, action: "x.cards" },
                { name: "Scan", help: "Scan one.", is_done: false, action: "x.station" },
            ],
            tiles: [
                { ...TILE, level: "bad", action: WINDOW },
                { ...TILE, key: "saved", label: "Saved", points: [5, 3, 1], level: "", action: "x.changes" },
            ],
        },
    ];
    onRpc("res.company", "mes_get_overview", () => sections);
    mockService("action", { doAction: (action) => opened.push(action) });
});

async function mountOverview() {
    return mountWithCleanup(Overview, { props: { action: {} } });
}

test("a tile shows its figure and formula, and opens its records", async () => {
    await mountOverview();
    expect("[data-tile=paused] .o_mes_overview_value").toHaveText("3");
    expect("[data-tile=paused]").toHaveAttribute("title", "Orders that stand.");
    expect("[data-tile=paused]").toHaveClass("o_mes_overview_bad");
    await click("[data-tile=paused]");
    expect(opened).toEqual([WINDOW]);
});

test("a falling trend falls", async () => {
    await mountOverview();
    expect("[data-tile=saved] polyline").toHaveAttribute("points", "0.0,2.0 60.0,14.0 120.0,26.0");
    expect("[data-tile=paused] polyline").toHaveCount(0);
});

test("the first step that is not done is the next one", async () => {
    await mountOverview();
    expect(".o_mes_overview_steps").toHaveAttribute("open");
    expect(".o_mes_overview_steps .btn-primary").toHaveCount(1);
    await click(".o_mes_overview_steps .btn-primary");
    expect(opened).toEqual(["x.cards"]);
});

test("what is set up is folded away, and reloaded when asked", async () => {
    for (const step of sections[0].steps) {
        step.is_done = true;
    }
    await mountOverview();
    expect(".o_mes_overview_steps").not.toHaveAttribute("open");
    sections = [{ ...sections[0], mistakes: [] }];
    expect(queryAllTexts(".o_mes_overview_mistake .fw-bold")).toEqual(["Loops without a bill: A"]);
    await click(".o_mes_overview_reload");
    await animationFrame();
    expect(".o_mes_overview_mistake").toHaveCount(0);
});

test("a mistake opens what is to be mended", async () => {
    await mountOverview();
    await click(".o_mes_overview_mistake .btn");
    expect(opened).toEqual(["x.loops"]);
});
