import { _t } from "@web/core/l10n/translation";
import { formatAge, formatQuantity, parseServerTime } from "./format";

/**
 * Plain arithmetic of material calls. A call is a dict as `get_calls` returns it; `now` is the server's clock in ms.
 */

const MINUTE = 60 * 1000;
const OPEN = ["planned", "called", "picking", "short"];

/** What the warehouse can act on now. */
export function isActionable(call) {
    return ["called", "picking"].includes(call.state) && call.left > 0;
}

export function isLate(call, now) {
    return OPEN.includes(call.state) && parseServerTime(call.due) < now;
}

/**
 * The one word that says how a call stands; what a person must look at first wins.
 *
 * @returns {"done"|"cancelled"|"short"|"late"|"risk"|"picking"|"called"|"planned"}
 */
export function callStatus(call, now) {
    if (["done", "cancelled", "short"].includes(call.state)) {
        return call.state;
    }
    if (isLate(call, now)) {
        return "late";
    }
    const pickBy = parseServerTime(call.pick_by);
    if (call.at_risk || (call.state === "called" && pickBy !== null && pickBy < now)) {
        return "risk";
    }
    return call.state;
}

const LABELS = {
    done: _t("At the line"),
    cancelled: _t("Withdrawn"),
    short: _t("Short"),
    late: _t("Late"),
    risk: _t("At risk"),
    picking: _t("On the way"),
    called: _t("Called"),
    planned: _t("Planned"),
};

export function statusLabel(status) {
    return LABELS[status];
}

/**
 * "in 25 min", "12 min late".
 *
 * @param {string} due server date
 * @param {number} now
 */
export function formatUntil(due, now) {
    const minutes = Math.round((parseServerTime(due) - now) / MINUTE);
    if (minutes < 0) {
        return _t("%s late", formatAge(-minutes));
    }
    return minutes ? _t("in %s", formatAge(minutes)) : _t("now");
}

/**
 * Calls by hour (of this device's clock), and in each hour by place; the hour that is due first comes first.
 *
 * @param {Object[]} calls
 * @returns {{key: string, label: string, places: {id: number, name: string, calls: Object[]}[]}[]}
 */
export function groupCalls(calls) {
    const { DateTime } = luxon;
    const groups = new Map();
    const sorted = [...calls].sort(
        (a, b) => a.due.localeCompare(b.due) || a.location.localeCompare(b.location) || a.id - b.id
    );
    for (const call of sorted) {
        const hour = DateTime.fromMillis(parseServerTime(call.due)).startOf("hour");
        const key = hour.toISO();
        const group = groups.get(key) || { key, label: hour.toFormat("HH:mm"), hour, places: new Map() };
        groups.set(key, group);
        const place = group.places.get(call.location_id) || { id: call.location_id, name: call.location, calls: [] };
        group.places.set(call.location_id, place);
        place.calls.push(call);
    }
    return [...groups.values()].map(({ key, label, hour, places }) => ({
        key,
        label,
        day: hour.hasSame(DateTime.now(), "day") ? "" : hour.toLocaleString({ weekday: "short", day: "numeric" }),
        places: [...places.values()],
    }));
}

/** How many calls stand how: `{open, late, risk, short}`. */
export function countCalls(calls, now) {
    const counts = { open: 0, late: 0, risk: 0, short: 0 };
    for (const call of calls) {
        const status = callStatus(call, now);
        counts.open += isActionable(call) ? 1 : 0;
        if (status in counts) {
            counts[status] += 1;
        }
    }
    return counts;
}

/**
 * @param {Object[]} calls
 * @param {{placeId?: number, status?: string}} filter `status`: only `late`, `risk` or `short`
 * @param {number} now
 */
export function filterCalls(calls, { placeId, status }, now) {
    return calls.filter(
        (call) => (!placeId || call.location_id === placeId) && (!status || callStatus(call, now) === status)
    );
}

/** The list with a newer state of one call; answered ones leave it. */
export function mergeCall(calls, row) {
    const others = calls.filter((call) => call.id !== row.id);
    return OPEN.includes(row.state) ? [...others, row] : others;
}

/** Ids of the calls whose answers wait on this device. */
export function pendingCallIds(entries) {
    return new Set(entries.map((entry) => entry.args.call_id).filter(Boolean));
}

/** The place whose barcode was scanned, so that it can be chosen without a connection. */
export function findPlace(places, barcode) {
    return places.find((place) => place.barcode && place.barcode === barcode);
}

/** "500 on hand − 300 registered − 0 held − 0 reserved = 200". */
export function formatUsable({ on_hand, registered, held, reserved, usable }) {
    return _t("%(on_hand)s on hand − %(registered)s registered − %(held)s held − %(reserved)s reserved = %(usable)s", {
        on_hand: formatQuantity(on_hand),
        registered: formatQuantity(registered),
        held: formatQuantity(held),
        reserved: formatQuantity(reserved),
        usable: formatQuantity(usable),
    });
}
