import { _t } from "@web/core/l10n/translation";

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long ago, as a clock on the wall tells it: minutes, hours and minutes, days and hours.
 *
 * @param {number} milliseconds
 * @returns {string} "45 min", "3 h 20 min", "5 d 2 h"
 */
export function formatAge(milliseconds) {
    const past = Math.max(0, milliseconds);
    const days = Math.floor(past / DAY);
    const hours = Math.floor((past % DAY) / HOUR);
    const minutes = Math.floor((past % HOUR) / MINUTE);
    if (days) {
        return _t("%(days)s d %(hours)s h", { days, hours });
    }
    if (hours) {
        return _t("%(hours)s h %(minutes)s min", { hours, minutes });
    }
    return _t("%(minutes)s min", { minutes });
}

/**
 * @param {string} utc as Odoo sends it: "2026-11-25 08:00:00"
 * @returns {number} milliseconds since 1970
 */
export function parseUtc(utc) {
    return luxon.DateTime.fromSQL(utc, { zone: "utc" }).toMillis();
}

/**
 * @param {number|null} days upper end of an age class; null: no end
 * @param {number} before upper end of the class before
 */
export function ageClassLabel(days, before) {
    if (days === null) {
        return _t("> %(days)s d", { days: before });
    }
    return before ? _t("%(from)s–%(to)s d", { from: before, to: days }) : _t("≤ %(days)s d", { days });
}
