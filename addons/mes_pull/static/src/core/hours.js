import { _t } from "@web/core/l10n/translation";
import { formatQuantity, parseServerTime } from "./format";

/**
 * Plain arithmetic of the hour-by-hour board. A work centre is a dict as `get_hours` returns it; `now` is the server's
 * clock in ms.
 */

const EPSILON = 1e-6;

/**
 * "+5", "−20", "0": more or less than what was due.
 *
 * @param {number} quantity
 */
export function formatDifference(quantity) {
    if (Math.abs(quantity) < EPSILON) {
        return "0";
    }
    const text = formatQuantity(Math.abs(quantity));
    return quantity > 0 ? `+${text}` : `−${text}`;
}

/**
 * How an hour stands: `future`, `now`, `met` or `missed`.
 *
 * @param {{start: string, stop: string, planned: number, done: number}} hour
 * @param {number} now
 */
export function hourStatus(hour, now) {
    if (parseServerTime(hour.start) > now) {
        return "future";
    }
    if (parseServerTime(hour.stop) > now) {
        return "now";
    }
    return hour.done < hour.planned - EPSILON ? "missed" : "met";
}

/**
 * What is due of an hour by now; pieces that are counted in whole ones stay whole.
 *
 * @param {Object} hour
 * @param {number} now
 */
export function dueByNow(hour, now) {
    const start = parseServerTime(hour.start);
    const stop = parseServerTime(hour.stop);
    if (now >= stop) {
        return hour.planned;
    }
    const due = hour.planned * Math.max(0, (now - start) / (stop - start));
    return Number.isInteger(hour.planned) ? Math.floor(due + EPSILON) : due;
}

/** The word for a difference, for its colour: `behind`, `ahead` or `even`. */
export function differenceTone(quantity) {
    if (Math.abs(quantity) < EPSILON) {
        return "even";
    }
    return quantity < 0 ? "behind" : "ahead";
}

/**
 * The hours of a work centre with what follows from the clock, and its day in all.
 *
 * @param {{hours: Object[]}} center
 * @param {number} now
 * @returns {{hours: Object[], planned: number, done: number, due: number, difference: number, tone: string,
 *      percent: number, target: number}} `cumulative` of an hour is done − due from the first hour on, and null in
 *      hours to come; `percent` and `target` are shares of the day
 */
export function computeCenter(center, now) {
    let cumulative = 0;
    const total = { planned: 0, done: 0, due: 0 };
    const hours = center.hours.map((hour) => {
        const status = hourStatus(hour, now);
        const due = status === "future" ? 0 : dueByNow(hour, now);
        cumulative += hour.done - due;
        total.planned += hour.planned;
        total.done += hour.done;
        total.due += due;
        const isOpen = status === "future" && !hour.done;
        return {
            ...hour,
            status,
            cumulative: isOpen ? null : cumulative,
            tone: isOpen ? "even" : differenceTone(cumulative),
            causes: [...new Set(hour.items.map((item) => item.loss).filter(Boolean))],
        };
    });
    const scale = Math.max(total.planned, total.done);
    const difference = total.done - total.due;
    return {
        ...total,
        hours,
        difference,
        tone: differenceTone(difference),
        percent: scale ? (100 * total.done) / scale : 0,
        target: scale ? (100 * total.due) / scale : 0,
    };
}

/** The slots of an hour that a cause belongs to: those where something is missing. */
export function missedSlots(hour) {
    const missed = hour.items.filter((item) => item.done < item.planned - EPSILON);
    return (missed.length ? missed : hour.items).map((item) => item.slot_id);
}

/** What a day is called: today, or its date. */
export function formatDay(text, isToday) {
    if (isToday || !text) {
        return _t("Today");
    }
    return luxon.DateTime.fromISO(text).toLocaleString({ weekday: "short", day: "numeric", month: "short" });
}

/** @returns {string} the day `days` later, as the server writes days */
export function moveDay(text, days) {
    return luxon.DateTime.fromISO(text).plus({ days }).toISODate();
}
