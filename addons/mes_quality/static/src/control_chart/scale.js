/** Where values lie in a drawing: pure functions. */

/**
 * A scale from values to pixels, with a little room above and below.
 *
 * @param {number[]} values everything that has to be seen
 * @param {number} height
 * @returns {(value: number) => number} pixels from above
 */
export function makeScale(values, height) {
    const known = values.filter((value) => value !== null && value !== undefined && Number.isFinite(value));
    let low = Math.min(...known);
    let high = Math.max(...known);
    const room = (high - low) * 0.08 || Math.abs(high) * 0.01 || 1;
    low -= room;
    high += room;
    return (value) => Math.round((1 - (value - low) / (high - low)) * height * 10) / 10;
}

/**
 * The points of a polyline; gaps where there is no value.
 *
 * @param {(number|null)[]} values
 * @param {(place: number) => number} x
 * @param {(value: number) => number} y
 */
export function makePath(values, x, y) {
    let path = "";
    let pen = "M";
    values.forEach((value, place) => {
        if (value === null) {
            pen = "M";
            return;
        }
        path += `${pen}${x(place)} ${y(value)}`;
        pen = "L";
    });
    return path;
}
