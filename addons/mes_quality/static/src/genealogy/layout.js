export const WIDTH = 170;
export const HEIGHT = 46;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;

/** A text cut to the room of so many Latin letters; a Chinese sign takes the room of two. */
export function shorten(text, room) {
    let used = 0;
    const signs = [...(text || "")];
    const end = signs.findIndex((sign) => (used += WIDE.test(sign) ? 2 : 1) > room);
    return end < 0
        ? signs.join("")
        : `${signs
              .slice(0, end - 1)
              .join("")
              .trimEnd()}…`;
}
const COLUMN = 250;
const ROW = 62;

/**
 * The nodes that are seen: those that are reached from the middle (level 0) without passing a collapsed one.
 *
 * @param {{id: number, level: number}[]} nodes
 * @param {{source_id: number, target_id: number}[]} edges
 * @param {Set<number>} collapsed
 * @returns {Set<number>}
 */
export function findVisible(nodes, edges, collapsed) {
    const levels = new Map(nodes.map((node) => [node.id, node.level]));
    const next = new Map();
    const link = (from, to) => (next.has(from) ? next.get(from).push(to) : next.set(from, [to]));
    for (const { source_id, target_id } of edges) {
        if (levels.get(target_id) > 0) {
            link(source_id, target_id);
        }
        if (levels.get(source_id) < 0) {
            link(target_id, source_id);
        }
    }
    const seen = new Set(nodes.filter((node) => node.level === 0).map((node) => node.id));
    const queue = [...seen];
    while (queue.length) {
        const id = queue.shift();
        if (collapsed.has(id)) {
            continue;
        }
        for (const other of next.get(id) || []) {
            if (levels.has(other) && !seen.has(other)) {
                seen.add(other);
                queue.push(other);
            }
        }
    }
    return seen;
}

/**
 * Places nodes in columns by level; within a column near what they are linked with.
 *
 * @param {{id: number, level: number}[]} nodes
 * @param {{source_id: number, target_id: number}[]} edges
 * @param {Set<number>} [collapsed] nodes whose further nodes are hidden
 * @returns {{nodes: object[], edges: object[], width: number, height: number}} nodes with x and y (upper left corner),
 *     edges with a path
 */
export function layoutGraph(nodes, edges, collapsed = new Set()) {
    const visible = findVisible(nodes, edges, collapsed);
    const columns = new Map();
    for (const node of nodes.filter((one) => visible.has(one.id))) {
        columns.has(node.level) ? columns.get(node.level).push(node) : columns.set(node.level, [node]);
    }
    const levels = [...columns.keys()].sort((a, b) => a - b);
    const shown = edges.filter((edge) => visible.has(edge.source_id) && visible.has(edge.target_id));
    const beside = new Map([...visible].map((id) => [id, []]));
    for (const { source_id, target_id } of shown) {
        beside.get(source_id).push(target_id);
        beside.get(target_id).push(source_id);
    }
    const rows = new Map();
    const outwards = [...levels].sort((a, b) => Math.abs(a) - Math.abs(b));
    for (const level of outwards) {
        const mean = (node) => {
            const known = beside
                .get(node.id)
                .filter((id) => rows.has(id))
                .map((id) => rows.get(id));
            return known.length ? known.reduce((sum, row) => sum + row, 0) / known.length : 0;
        };
        const column = columns.get(level).map((node) => [mean(node), node]);
        column.sort(([a, one], [b, other]) => a - b || one.id - other.id);
        column.forEach(([, node], row) => rows.set(node.id, row - (column.length - 1) / 2));
    }
    const top = Math.min(0, ...rows.values());
    const placed = new Map();
    for (const level of levels) {
        for (const node of columns.get(level)) {
            const x = (level - levels[0]) * COLUMN;
            placed.set(node.id, { ...node, x, y: (rows.get(node.id) - top) * ROW });
        }
    }
    return {
        nodes: [...placed.values()],
        edges: shown.map((edge, key) => ({ ...edge, key, path: drawEdge(placed, edge) })),
        width: levels.length ? (levels.at(-1) - levels[0]) * COLUMN + WIDTH : 0,
        height: (Math.max(0, ...rows.values()) - top) * ROW + HEIGHT,
    };
}

function drawEdge(placed, { source_id, target_id }) {
    const source = placed.get(source_id);
    const target = placed.get(target_id);
    const [x1, y1, x2, y2] = [source.x + WIDTH, source.y + HEIGHT / 2, target.x, target.y + HEIGHT / 2];
    if (source_id === target_id) {
        return `M ${x1} ${y1} c 40 -40 40 40 0 10`;
    }
    const bend = Math.max(40, Math.abs(x2 - x1) / 2);
    return `M ${x1} ${y1} C ${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/**
 * @param {{name: string, product?: string, vendor_lot?: string}} node
 * @param {string} text
 * @returns {boolean} whether the text stands in the node's names
 */
export function matches(node, text) {
    const wanted = text.trim().toLowerCase();
    const names = [node.name, node.product, node.vendor_lot];
    return Boolean(wanted) && names.some((name) => (name || "").toLowerCase().includes(wanted));
}
