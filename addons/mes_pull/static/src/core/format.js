import { _t } from "@web/core/l10n/translation";
import { localization } from "@web/core/l10n/localization";
import { formatFloat } from "@web/core/utils/numbers";

const MINUTE = 60 * 1000;

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
 * @param {number} quantity
 * @param {string|false} uom
 */
export function formatWithUnit(quantity, uom) {
    return uom ? `${formatQuantity(quantity)} ${uom}` : formatQuantity(quantity);
}

/**
 * The last part of a place's path, for where there is little room.
 *
 * @param {string|false} name such as "WH/Stock/Supermarket"
 */
export function shortPlace(name) {
    return String(name || "")
        .split("/")
        .at(-1);
}

/**
 * The time in ms of a server date such as "2026-03-01 07:30:00" (UTC).
 *
 * @param {string|false} text
 * @returns {number|null}
 */
export function parseServerTime(text) {
    if (!text) {
        return null;
    }
    const time = Date.parse(text.trim().replace(" ", "T") + "Z");
    return Number.isNaN(time) ? null : time;
}

/**
 * How far the server's clock is ahead of this device's, in ms.
 *
 * @param {string|false} serverTime
 * @param {number} now
 */
export function clockOffset(serverTime, now) {
    const time = parseServerTime(serverTime);
    return time === null ? 0 : time - now;
}

/**
 * Minutes since a signal was given, by the server's clock.
 *
 * @param {{date_signalled: string|false, age_minutes: number}} signal
 * @param {number} now this device's clock in ms
 * @param {number} offset see `clockOffset`
 */
export function signalAge(signal, now, offset) {
    const since = parseServerTime(signal.date_signalled);
    if (since === null) {
        return signal.age_minutes || 0;
    }
    return Math.max(0, Math.floor((now + offset - since) / MINUTE));
}

/**
 * "just now", "12 min", "3 h 05", "2 d 4 h".
 *
 * @param {number} minutes
 */
export function formatAge(minutes) {
    const total = Math.max(0, Math.floor(minutes));
    const days = Math.floor(total / 1440);
    const hours = Math.floor((total % 1440) / 60);
    if (!total) {
        return _t("just now");
    }
    if (days) {
        return _t("%(days)s d %(hours)s h", { days, hours });
    }
    if (hours) {
        return _t("%(hours)s h %(minutes)s min", { hours, minutes: total % 60 });
    }
    return _t("%(minutes)s min", { minutes: total });
}

/**
 * The clock time of a server date; with its day when that is not today.
 *
 * @param {string|false} text
 * @param {number} now
 */
export function formatMoment(text, now) {
    const time = parseServerTime(text);
    if (time === null) {
        return "";
    }
    const { DateTime } = luxon;
    const moment = DateTime.fromMillis(time);
    const sameDay = moment.hasSame(DateTime.fromMillis(now), "day");
    return moment.toLocaleString(sameDay ? DateTime.TIME_SIMPLE : DateTime.DATETIME_SHORT);
}

/**
 * One more key on the quantity pad.
 *
 * @param {string} text what the pad shows, with "." as decimal sign
 * @param {string} key a digit, ".", "back" or "clear"
 * @returns {string}
 */
export function padKey(text, key) {
    if (key === "clear") {
        return "";
    }
    if (key === "back") {
        return text.slice(0, -1);
    }
    if (key === ".") {
        return text.includes(".") ? text : `${text || "0"}.`;
    }
    const next = text === "0" ? key : text + key;
    return next.replace(".", "").length > 9 ? text : next;
}

/** What the pad shows, with the decimal sign of the user's language. */
export function formatPad(text) {
    return text.replace(".", localization.decimalPoint || ".");
}

/**
 * The quantity a person typed, or null when it is none.
 *
 * @param {string} text
 * @returns {number|null}
 */
export function parsePad(text) {
    const plain = String(text).trim().replace(",", ".");
    if (!/^\d{1,9}(\.\d*)?$|^\.\d+$/.test(plain)) {
        return null;
    }
    return Number(plain);
}
