import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/** What needs somebody first comes first; as the server sorts them. */
export const STATUSES = ["short", "low", "dead", "over", "ok", "none"];

const STATUS_LABELS = {
    short: _t("Short"),
    low: _t("Below safety"),
    dead: _t("No demand"),
    over: _t("Excess"),
    ok: _t("In order"),
    none: _t("Nothing there"),
};
const STATUS_ICONS = {
    short: "fa-exclamation-circle",
    low: "fa-arrow-circle-down",
    dead: "fa-ban",
    over: "fa-arrow-circle-up",
    ok: "fa-check-circle",
    none: "fa-circle-o",
};
const EPSILON = 1e-6;

export function statusLabel(status) {
    return STATUS_LABELS[status];
}

export function statusIcon(status) {
    return STATUS_ICONS[status];
}

/**
 * A quantity without needless decimals, at most three of them.
 *
 * @param {number} quantity
 * @returns {string}
 */
export function formatQuantity(quantity) {
    return formatFloat(quantity || 0, { digits: [16, 3], trailingZeros: false });
}

/**
 * How long the stock lasts: "2.5 d"; "> 12 d" when all dated demand is met and nothing tells how long the rest lasts.
 *
 * @param {Object} row
 * @returns {string}
 */
export function formatCover(row) {
    if (row.free <= EPSILON) {
        return "–";
    }
    if (row.cover_days === null) {
        return row.demand_all > EPSILON ? _t("> %s d", formatDays(row.last_demand_days)) : _t("no use");
    }
    return _t("%s d", formatDays(row.cover_days));
}

function formatDays(days) {
    return formatFloat(days, { digits: [16, days < 10 ? 1 : 0], trailingZeros: false });
}

/**
 * What a figure is called when it stands for a horizon: "Next 3 days".
 *
 * @param {number} days
 */
export function horizonLabel(days) {
    return _t("Next %s days", days);
}

/**
 * One figure of a row by its name; those of the horizons are the first and the last of a list.
 *
 * @param {Object} row as `get_board` returns it
 * @param {string} figure a key of `get_setup`'s figures
 * @returns {number|null}
 */
export function getFigure(row, figure) {
    const horizon = /^(demand|incoming)_(near|far)$/.exec(figure);
    if (horizon) {
        return row[horizon[1]].at(horizon[2] === "near" ? 0 : -1);
    }
    return figure === "cover" ? row.cover_days : row[figure];
}

/**
 * The bar: what is on hand, by what it is for. Its full width is what is on hand, or what is needed when that is more,
 * so that what is missing shows as a gap.
 *
 * @param {Object} row
 * @returns {{key: string, quantity: number, percent: number}[]} percentages that add up to 100 at most
 */
export function computeBar(row) {
    const { near, safety, far, idle, obsolete } = row.bar;
    const missing = Math.max(0, row.demand[0] - near);
    const quantities = { near, safety, far, idle, obsolete, taken: row.registered, held: row.held, missing };
    const entries = Object.entries(quantities).filter(([, quantity]) => quantity > EPSILON);
    const scale = entries.reduce((sum, [, quantity]) => sum + quantity, 0);
    return entries.map(([key, quantity]) => ({ key, quantity, percent: (100 * quantity) / scale }));
}

/**
 * What a segment of the bar is, in a few words: "600 next 3 days", "200 safety".
 *
 * @param {string} key
 * @param {number} quantity
 * @param {number[]} days the horizons
 */
export function segmentText(key, quantity, days) {
    const number = formatQuantity(quantity);
    return {
        near: _t("%(number)s next %(days)s days", { number, days: days[0] }),
        safety: _t("%(number)s safety", { number }),
        far: _t("%(number)s until day %(days)s", { number, days: days.at(-1) }),
        idle: _t("%(number)s excess", { number }),
        obsolete: _t("%(number)s obsolete", { number }),
        taken: _t("%(number)s taken", { number }),
        held: _t("%(number)s held", { number }),
        missing: _t("%(number)s missing", { number }),
    }[key];
}

/**
 * The bar in words, which is what a screen reader says.
 *
 * @param {Object} row
 * @param {number[]} days
 * @returns {string} "800 on hand: 600 next 3 days, 200 safety"
 */
export function barText(row, days) {
    const parts = computeBar(row).map(({ key, quantity }) => segmentText(key, quantity, days));
    const number = formatQuantity(row.on_hand);
    return parts.length
        ? _t("%(number)s on hand: %(parts)s", { number, parts: parts.join(", ") })
        : _t("%(number)s on hand", { number });
}

/**
 * The parts of a figure with their numbers, for its explanation.
 *
 * @param {Object} row
 * @param {string} figure
 * @param {Object} figures of `get_setup`
 * @returns {{sign: string, label: string, figure: string, quantity: number}[]}
 */
export function explainParts(row, figure, figures) {
    return figures[figure].parts.map(([sign, part], index) => ({
        sign: sign === "-" ? "−" : index ? "+" : "",
        label: figures[part].label,
        figure: part,
        quantity: getFigure(row, part),
    }));
}

/**
 * What was typed into the search box as a domain: every word is in the name, the reference or the barcode.
 *
 * @param {string} text
 * @returns {Array}
 */
export function searchDomain(text) {
    const domain = [];
    for (const word of text.split(/\s+/).filter(Boolean)) {
        domain.push("|", "|", ["name", "ilike", word], ["default_code", "ilike", word], ["barcode", "=", word]);
    }
    return domain;
}

/**
 * How a trend is told: "−20%", green when backlog falls; the days and what backlog is as a hint.
 *
 * @param {Object} trend of `get_setup`
 * @returns {Object} {change, color, title}
 */
export function describeTrend({ change, date_from, date_to }) {
    const rounded = Math.round(change || 0);
    const sign = rounded > 0 ? "+" : "−";
    return {
        change: rounded ? `${sign}${Math.abs(rounded)}%` : "",
        color: rounded > 0 ? "text-danger" : "text-success",
        title: _t("Value of stock older than its limit, from %(from)s to %(to)s", { from: date_from, to: date_to }),
    };
}
