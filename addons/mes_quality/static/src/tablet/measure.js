/**
 * Measures as they are keyed in: pure functions, the sign and the decimal point apart from the digits.
 */

/**
 * @param {string} text what is keyed in, with "." as decimal point
 * @param {string} key a digit, ".", "sign" or "back"
 * @returns {string}
 */
export function pressKey(text, key) {
    if (key === "back") {
        return text.slice(0, -1);
    }
    if (key === "sign") {
        return text.startsWith("-") ? text.slice(1) : `-${text}`;
    }
    if (key === "." && text.includes(".")) {
        return text;
    }
    return text.length < 16 ? text + key : text;
}

/**
 * @param {string} text with "." or "," as decimal point
 * @returns {number|null} null when it is no number
 */
export function parseMeasure(text) {
    const plain = text.trim().replace(",", ".");
    return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
}

/**
 * The same rule as on the server: a value on a limit is good.
 *
 * @param {number|null} value
 * @param {Object} line with has_lower, lower_limit, has_upper, upper_limit
 * @returns {"pass"|"fail"|false}
 */
export function judge(value, line) {
    if (value === null) {
        return false;
    }
    const rounded = Math.round(value * 1e9) / 1e9;
    const low = line.has_lower && rounded < line.lower_limit;
    const high = line.has_upper && rounded > line.upper_limit;
    return low || high ? "fail" : "pass";
}

/**
 * Where a value lies between the limits, for the bar.
 *
 * @returns {number|null} percent of the bar's width; the limits are at 15 and 85
 */
export function barPlace(value, line) {
    if (value === null || !line.has_lower || !line.has_upper || line.lower_limit >= line.upper_limit) {
        return null;
    }
    const share = (value - line.lower_limit) / (line.upper_limit - line.lower_limit);
    return Math.min(100, Math.max(0, 15 + share * 70));
}

/**
 * The number of the next piece that is not recorded completely, after `sample` and then from the first one.
 *
 * @param {number} sample
 * @param {number} size
 * @param {Object} done by piece
 */
export function nextSample(sample, size, done) {
    for (let step = 1; step <= size; step++) {
        const next = ((sample - 1 + step) % size) + 1;
        if (!done[next]) {
            return next;
        }
    }
    return sample;
}
