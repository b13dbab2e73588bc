/** How the graph is walked by keys, and zoomed: plain functions of what `layoutGraph` has placed. */

const MIN_ZOOM = 0.05;
const MAX_ZOOM = 3;

/**
 * The node that an arrow key leads to: left to what went in, right to what was made of it, up and down in the column.
 *
 * @param {{nodes: {id: number, x: number, y: number}[], edges: {source_id: number, target_id: number}[]}} layout
 * @param {number} id where the focus is
 * @param {"left"|"right"|"up"|"down"} direction
 * @returns {number} the nearest one by height; `id` itself where there is none
 */
export function findNeighbour({ nodes, edges }, id, direction) {
    const here = nodes.find((node) => node.id === id);
    if (!here) {
        return id;
    }
    let found = [];
    if (direction === "up" || direction === "down") {
        const sign = direction === "up" ? -1 : 1;
        found = nodes.filter((node) => node.x === here.x && (node.y - here.y) * sign > 0);
    } else {
        const [from, to] = direction === "right" ? ["source_id", "target_id"] : ["target_id", "source_id"];
        const ids = new Set(edges.filter((edge) => edge[from] === id && edge[to] !== id).map((edge) => edge[to]));
        found = nodes.filter((node) => ids.has(node.id));
    }
    found.sort((one, other) => Math.abs(one.y - here.y) - Math.abs(other.y - here.y) || one.id - other.id);
    return found.length ? found[0].id : id;
}

/**
 * @param {{x: number, y: number, zoom: number}} view
 * @param {number} factor
 * @param {[number, number]} from the point of the screen that stays on its place of the graph …
 * @param {[number, number]} [to] … and where it is afterwards, where fingers moved it
 * @returns {{x: number, y: number, zoom: number}}
 */
export function zoomAround(view, factor, from, to = from) {
    const zoom = Math.min(Math.max(view.zoom * factor, MIN_ZOOM), MAX_ZOOM);
    const scale = zoom / view.zoom;
    return { x: to[0] - (from[0] - view.x) * scale, y: to[1] - (from[1] - view.y) * scale, zoom };
}

/**
 * Two fingers zoom around the middle between them, and move the graph with it.
 *
 * @param {{x: number, y: number, zoom: number}} view
 * @param {[number, number][]} before where the two fingers were
 * @param {[number, number][]} after where they are now
 */
export function pinch(view, before, after) {
    const spread = ([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]);
    const middle = ([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
    const factor = spread(before) ? spread(after) / spread(before) : 1;
    return zoomAround(view, factor, middle(before), middle(after));
}
