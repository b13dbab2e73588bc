/**
 * Plain arithmetic of the loops on the board: the bar, the order of urgency,
 * the filters and the totals. A loop is a dict as `get_board` returns it.
 */

export const STATUSES = ["short", "waiting", "over", "signalled", "ok"];

/**
 * The stacked bar: usable, held and on order against the target.
 * The scale ends at the target or at what is there, whichever is more, so that
 * too much is as visible as too little.
 *
 * @param {Object} loop
 * @returns {{scale: number, target: number, segments: {key: string, quantity: number,
 *      percent: number}[]}} percentages of the scale; they add up to 100 at most
 */
export function computeBar(loop) {
    const quantities = {
        on_hand: Math.max(0, loop.on_hand || 0),
        held: Math.max(0, loop.held || 0),
        on_order: Math.max(0, loop.on_order || 0),
    };
    const sum = quantities.on_hand + quantities.held + quantities.on_order;
    const target = Math.max(0, loop.authorised || 0);
    const scale = Math.max(sum, target);
    const percent = (quantity) => (scale ? (100 * quantity) / scale : 0);
    return {
        scale,
        target: percent(target),
        segments: Object.entries(quantities)
            .filter(([, quantity]) => quantity > 0)
            .map(([key, quantity]) => ({ key, quantity, percent: percent(quantity) })),
    };
}

/** @returns {number} share of the target that is usable now; 1 without a target */
export function fillRate(loop) {
    return loop.authorised > 0 ? (loop.on_hand || 0) / loop.authorised : 1;
}

/** @returns {Object[]} signals that nobody answered yet */
export function waitingSignals(loop) {
    return (loop.signals || []).filter((signal) => signal.state === "waiting" || signal.error);
}

/** @returns {string|false} the date of the oldest open signal */
export function oldestSignal(loop) {
    const dates = (loop.signals || []).map((signal) => signal.date_signalled).filter(Boolean);
    return dates.length ? dates.reduce((a, b) => (a < b ? a : b)) : false;
}

function compareText(a, b) {
    return String(a || "").localeCompare(String(b || ""));
}

function compareAge(a, b) {
    const [first, second] = [oldestSignal(a), oldestSignal(b)];
    if (first && second) {
        return compareText(first, second);
    }
    return first ? -1 : second ? 1 : 0;
}

const COMPARE = {
    urgency: (a, b) =>
        STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) || fillRate(a) - fillRate(b) || compareAge(a, b),
    age: compareAge,
    product: (a, b) => compareText(a.product, b.product),
    location: (a, b) => compareText(a.location, b.location),
};

export const SORTS = Object.keys(COMPARE);

/**
 * @param {Object[]} loops
 * @param {string} by one of SORTS
 * @returns {Object[]} a new list; equals are ordered by product, then by id
 */
export function sortLoops(loops, by) {
    const compare = COMPARE[by] || COMPARE.urgency;
    return [...loops].sort((a, b) => compare(a, b) || compareText(a.product, b.product) || a.id - b.id);
}

/**
 * @param {Object[]} loops
 * @param {{text?: string, status?: string, locationId?: number}} filter every given one holds
 */
export function filterLoops(loops, { text = "", status = "", locationId = 0 } = {}) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return loops.filter((loop) => {
        const content = `${loop.product} ${loop.name} ${loop.location}`.toLowerCase();
        return (
            (!status || loop.status === status) &&
            (!locationId || loop.location_id === locationId) &&
            words.every((word) => content.includes(word))
        );
    });
}

/**
 * @param {Object[]} loops
 * @returns {{loops: number, byStatus: Object<string, number>, signals: number, waiting: number,
 *      oldest: string|false}}
 */
export function computeTotals(loops) {
    const totals = { loops: loops.length, byStatus: {}, signals: 0, waiting: 0, oldest: false };
    for (const status of STATUSES) {
        totals.byStatus[status] = 0;
    }
    for (const loop of loops) {
        totals.byStatus[loop.status] = (totals.byStatus[loop.status] || 0) + 1;
        totals.signals += (loop.signals || []).length;
        totals.waiting += waitingSignals(loop).length;
        const oldest = oldestSignal(loop);
        if (oldest && (!totals.oldest || oldest < totals.oldest)) {
            totals.oldest = oldest;
        }
    }
    return totals;
}

/**
 * The places of the loops, each once, by name.
 *
 * @returns {{id: number, name: string}[]}
 */
export function collectLocations(loops) {
    const names = new Map(loops.map((loop) => [loop.location_id, loop.location]));
    return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => compareText(a.name, b.name));
}

/**
 * What was read again takes the place of what is known; an id that was asked
 * for and did not come back is gone.
 *
 * @param {Object[]} known
 * @param {Object[]} fresh
 * @param {number[]} askedIds
 */
export function mergeLoops(known, fresh, askedIds) {
    const asked = new Set(askedIds);
    const freshById = new Map(fresh.map((loop) => [loop.id, loop]));
    const kept = known
        .filter((loop) => !asked.has(loop.id) || freshById.has(loop.id))
        .map((loop) => freshById.get(loop.id) || loop);
    const knownIds = new Set(known.map((loop) => loop.id));
    return [...kept, ...fresh.filter((loop) => !knownIds.has(loop.id))];
}

/**
 * @param {number} count
 * @param {number} page counted from 0
 * @param {number} size
 * @returns {{page: number, pages: number, first: number, last: number}} `first` from 0,
 *      `last` exclusive; the page is moved into what exists
 */
export function computePage(count, page, size) {
    const pages = Math.max(1, Math.ceil(count / size));
    const current = Math.min(Math.max(0, page), pages - 1);
    return { page: current, pages, first: current * size, last: Math.min(count, (current + 1) * size) };
}
