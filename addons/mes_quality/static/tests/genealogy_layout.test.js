import { describe, expect, test } from "@odoo/hoot";
import { findVisible, layoutGraph, matches, shorten } from "@mes_quality/genealogy/layout";

describe.current.tags("headless");

const NODES = [
    { id: 1, level: -1, name: "STEEL" },
    { id: 2, level: 0, name: "AXLE" },
    { id: 3, level: 1, name: "CART-1" },
    { id: 4, level: 1, name: "CART-2" },
    { id: 5, level: 2, name: "TRUCK" },
];
const EDGES = [
    [1, 2],
    [2, 3],
    [2, 4],
    [3, 5],
].map(([source_id, target_id]) => ({ source_id, target_id }));

test("each level is a column, from left to right", () => {
    const { nodes, edges } = layoutGraph(NODES, EDGES);
    const x = Object.fromEntries(nodes.map((node) => [node.id, node.x]));
    expect(x[1] < x[2] && x[2] < x[3] && x[3] === x[4] && x[4] < x[5]).toBe(true);
    expect(edges.length).toBe(4);
    expect(Math.min(...nodes.map((node) => node.y))).toBe(0);
});

test("no two nodes lie on each other", () => {
    const { nodes } = layoutGraph(NODES, EDGES);
    expect(new Set(nodes.map((node) => `${node.x}/${node.y}`)).size).toBe(5);
});

test("a folded node hides what is behind it only", () => {
    expect([...findVisible(NODES, EDGES, new Set([3]))].sort()).toEqual([1, 2, 3, 4]);
    expect([...findVisible(NODES, EDGES, new Set([2]))]).toEqual([2]);
});

test("circles of rework end", () => {
    const circle = [...EDGES, { source_id: 3, target_id: 3 }, { source_id: 5, target_id: 3 }];
    expect(layoutGraph(NODES, circle).nodes.length).toBe(5);
});

test("500 lots are placed at once", () => {
    const many = [{ id: 1, level: 0 }];
    const links = [];
    for (let id = 2; id <= 500; id++) {
        many.push({ id, level: 1 + (id % 3) });
        links.push({ source_id: 1 + (id % 7 ? 0 : 1), target_id: id });
    }
    const start = performance.now();
    expect(layoutGraph(many, links).nodes.length).toBe(500);
    expect(performance.now() - start).toBeLessThan(500);
});

test("search looks at lot, product and the vendor's lot", () => {
    expect(matches({ name: "A", product: "Axle", vendor_lot: "V-77" }, "v-7")).toBe(true);
    expect(matches({ name: "A" }, " ")).toBe(false);
});

test("nothing is nothing", () => {
    expect(layoutGraph([], []).nodes).toEqual([]);
});

test("a text is cut to the room of its node", () => {
    expect(shorten("Steel coil", 10)).toBe("Steel coil");
    expect(shorten("Steel coils", 10)).toBe("Steel coi…");
    expect(shorten("Steel coils", 7)).toBe("Steel…");
    expect(shorten(undefined, 10)).toBe("");
});

test("a Chinese sign takes the room of two letters", () => {
    expect(shorten("方管支腿件", 10)).toBe("方管支腿件");
    expect(shorten("方管支腿件", 9)).toBe("方管支…");
    expect(shorten("[LEG] 方管支腿", 11)).toBe("[LEG] 方…");
});
