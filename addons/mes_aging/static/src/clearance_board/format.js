import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, humanNumber } from "@web/core/utils/numbers";
import { formatQuantity } from "@mes_aging/board/format";

const COUNTS = ["open", "overdue", "mine", "count", "month_opened", "month_closed"];
const WHOLE = 1000; // from here on no cents

/**
 * An amount without needless cents.
 *
 * @param {number} value
 * @param {number} currencyId
 * @returns {string} "$ 12,500"; "$ 99.50"
 */
export function formatMoney(value, currencyId) {
    const options = Math.abs(value) >= WHOLE ? { digits: [16, 0] } : {};
    return formatCurrency(value, currencyId, options);
}

/**
 * An amount for a narrow column.
 *
 * @param {number} value
 * @returns {string} "950"; "12.5k"
 */
export function formatShort(value) {
    return humanNumber(value, { decimals: Math.abs(value) >= WHOLE ? 1 : 0 });
}

/**
 * A percentage in whole percents; nothing to compare with is a dash.
 *
 * @param {number|false} ratio in percent
 * @returns {string}
 */
export function formatRatio(ratio) {
    return ratio === false ? "–" : `${formatFloat(ratio, { digits: [16, 0] })} %`;
}

/**
 * A figure of the board as text.
 *
 * @param {number|false|null} value null: not known
 * @param {string} figure a key of `get_board`'s figures
 * @param {number} currencyId
 * @returns {string}
 */
export function formatFigure(value, figure, currencyId) {
    if (value === null) {
        return "–";
    }
    if (figure === "ratio") {
        return formatRatio(value);
    }
    return COUNTS.includes(figure) ? formatQuantity(value) : formatMoney(value, currencyId);
}

/**
 * The bar of a kind: how much of its width is backlog, and where the target stands. Its full width is the greater one.
 *
 * @param {{total: number, target: number}} row
 * @returns {{percent: number, mark: number|false, isOver: boolean}} percentages; without a target no mark
 */
export function computeTargetBar({ total, target }) {
    const scale = Math.max(total, target);
    return {
        percent: scale > 0 ? (100 * Math.max(total, 0)) / scale : 0,
        mark: target > 0 ? (100 * target) / scale : false,
        isOver: target > 0 && total > target,
    };
}

/**
 * The bar in words, which is what a screen reader says.
 *
 * @param {Object} row a kind of `get_board`
 * @param {(value: number) => string} money
 * @returns {string} "Raw Material: 1,200 of 1,000, 120 %"
 */
export function targetText(row, money) {
    const { label, total, target, ratio } = row;
    return target
        ? _t("%(label)s: %(total)s, target %(target)s, %(ratio)s", {
              label,
              total: money(total),
              target: money(target),
              ratio: formatRatio(ratio),
          })
        : _t("%(label)s: %(total)s, no target", { label, total: money(total) });
}

/**
 * A month of `get_board` as a row whose values stand under the names of their figures.
 *
 * @param {Object} month
 * @returns {Object}
 */
export function monthRow(month) {
    const names = ["opened", "closed", "cleared", "recovered", "backlog"];
    return { month: month.month, ...Object.fromEntries(names.map((name) => [`month_${name}`, month[name]])) };
}

/**
 * The columns of the chart: book value cleared and recovered of each month, as percentages of the highest.
 *
 * @param {Object[]} months of `get_board`
 * @returns {{month: string, cleared: number, recovered: number}[]}
 */
export function computeColumns(months) {
    const top = Math.max(...months.flatMap(({ cleared, recovered }) => [cleared, recovered]), 1e-6);
    return months.map(({ month, cleared, recovered }) => ({
        month,
        cleared: (100 * Math.max(cleared, 0)) / top,
        recovered: (100 * Math.max(recovered, 0)) / top,
    }));
}
