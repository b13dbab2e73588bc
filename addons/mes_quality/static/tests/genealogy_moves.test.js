import { describe, expect, test } from "@odoo/hoot";
import { layoutGraph } from "@mes_quality/genealogy/layout";
import { findNeighbour, pinch, zoomAround } from "@mes_quality/genealogy/moves";

describe.current.tags("headless");

const NODES = [
    { id: 1, level: -1 },
    { id: 2, level: 0 },
    { id: 3, level: 1 },
    { id: 4, level: 1 },
    { id: 5, level: 1 },
    { id: 6, level: 2 },
];
const EDGES = [
    [1, 2],
    [2, 3],
    [2, 4],
    [2, 5],
    [5, 6],
    [4, 4],
].map(([source_id, target_id]) => ({ source_id, target_id }));
const LAYOUT = layoutGraph(NODES, EDGES);
const VIEW = { x: 30, y: 30, zoom: 1 };

test("arrows lead to parents, children and siblings, the nearest first", () => {
    expect(findNeighbour(LAYOUT, 2, "left")).toBe(1);
    expect(findNeighbour(LAYOUT, 2, "right")).toBe(4);
    expect(findNeighbour(LAYOUT, 4, "up")).toBe(3);
    expect(findNeighbour(LAYOUT, 4, "down")).toBe(5);
    expect(findNeighbour(LAYOUT, 5, "right")).toBe(6);
    expect(findNeighbour(LAYOUT, 6, "left")).toBe(5);
});

test("where nothing is, the focus stays: at the ends, at itself, at what was folded away", () => {
    expect(findNeighbour(LAYOUT, 1, "left")).toBe(1);
    expect(findNeighbour(LAYOUT, 4, "right")).toBe(4);
    expect(findNeighbour(LAYOUT, 3, "up")).toBe(3);
    expect(findNeighbour(LAYOUT, 99, "up")).toBe(99);
});

/** The place of the graph under a point of the screen. */
const under = (view, [x, y]) => [(x - view.x) / view.zoom, (y - view.y) / view.zoom];

test("the point that is zoomed at stays", () => {
    const point = [200, 120];
    const view = zoomAround(VIEW, 1.5, point);
    expect(view.zoom).toBe(1.5);
    expect(under(view, point)).toEqual(under(VIEW, point));
});

test("zoom has ends", () => {
    expect(zoomAround(VIEW, 1000, [0, 0]).zoom).toBe(3);
    expect(zoomAround(VIEW, 0.0001, [0, 0]).zoom).toBe(0.05);
});

test("a pinch zooms around the middle of the fingers, not of the screen", () => {
    const before = [
        [100, 100],
        [200, 100],
    ];
    const after = [
        [50, 100],
        [250, 100],
    ];
    const view = pinch(VIEW, before, after);
    expect(view.zoom).toBe(2);
    expect(under(view, [150, 100])).toEqual(under(VIEW, [150, 100]));
});

test("two fingers that move along take the graph with them", () => {
    const before = [
        [100, 100],
        [200, 100],
    ];
    const after = before.map(([x, y]) => [x + 40, y + 10]);
    expect(pinch(VIEW, before, after)).toEqual({ x: 70, y: 40, zoom: 1 });
    expect(pinch(VIEW, [before[0], before[0]], after).zoom).toBe(1);
});
