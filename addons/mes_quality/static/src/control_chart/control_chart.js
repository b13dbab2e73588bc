import { Component, onWillStart, useState } from "@odoo/owl";
import { formatDateTime, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Layout } from "@web/search/layout";
import { makePath, makeScale } from "./scale";

const MODEL = "mes.quality.characteristic";
const WIDTHS = { wide: 900, small: 420 };
const MARGIN = { left: 10, right: 90 };
const HEIGHTS = { main: 260, spread: 150 };

const KINDS = {
    xbar_r: [_t("X-bar chart"), _t("R chart")],
    xbar_s: [_t("X-bar chart"), _t("s chart")],
    individuals: [_t("Individuals"), _t("Moving range")],
};

const RULES = {
    beyond_3s: _t("one point beyond 3 sigma"),
    two_of_three_2s: _t("two of three points beyond 2 sigma"),
    four_of_five_1s: _t("four of five points beyond 1 sigma"),
    nine_one_side: _t("nine points on one side"),
    six_trend: _t("six points rising or falling"),
    fourteen_alternate: _t("fourteen points up and down"),
    fifteen_within_1s: _t("fifteen points within 1 sigma"),
    eight_outside_1s: _t("eight points beyond 1 sigma on both sides"),
};

/** The control chart of a measure; a point opens its inspection. */
export class ControlChart extends Component {
    static template = "mes_quality.ControlChart";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
        this.width = this.env.isSmall ? WIDTHS.small : WIDTHS.wide;
        this.heights = HEIGHTS;
        this.state = useState({ charts: [], chart: false, limit: 50 });
        onWillStart(() => this.load());
    }

    get display() {
        return { controlPanel: {} };
    }

    async load() {
        this.state.charts = await this.orm.call(MODEL, "get_charts", []);
        const wanted = this.props.action.params?.characteristic_id || this.state.charts[0]?.id;
        if (wanted) {
            await this.open(wanted);
        }
    }

    async open(id) {
        const kwargs = { limit: Number(this.state.limit) };
        this.state.chart = await this.orm.call(MODEL, "get_chart", [[Number(id)]], kwargs);
    }

    async setLimit(ev) {
        this.state.limit = Number(ev.target.value);
        await this.open(this.state.chart.id);
    }

    // ------------------------------------------------------------------
    // Drawing
    // ------------------------------------------------------------------

    get titles() {
        return KINDS[this.state.chart.kind];
    }

    x(place) {
        const steps = Math.max(1, this.state.chart.points.length - 1);
        return Math.round((MARGIN.left + (place / steps) * (this.width - MARGIN.left - MARGIN.right)) * 10) / 10;
    }

    get drawings() {
        const { points, limits, spread_limits, tolerance } = this.state.chart;
        const main = this.draw("main", points, "value", "rules", limits, tolerance);
        const spread = this.draw("spread", points, "spread", "spread_rules", spread_limits);
        return [
            { ...main, title: this.titles[0] },
            { ...spread, title: this.titles[1] },
        ];
    }

    draw(name, points, field, rules, limits, tolerance = {}) {
        const values = points.map((point) => point[field]);
        const bounds = [tolerance.lower, tolerance.upper].filter((bound) => bound !== null && bound !== undefined);
        const y = makeScale([...values, ...Object.values(limits), ...bounds], HEIGHTS[name]);
        const lines = [
            { key: "upper", label: _t("UCL"), value: limits.upper, class: "o_mes_chart_limit" },
            { key: "centre", label: _t("CL"), value: limits.centre, class: "o_mes_chart_centre" },
            { key: "lower", label: _t("LCL"), value: limits.lower, class: "o_mes_chart_limit" },
            ...bounds.map((value) => ({
                key: `t${value}`,
                label: value === tolerance.upper ? _t("USL") : _t("LSL"),
                value,
                class: "o_mes_chart_tolerance",
            })),
        ];
        return {
            name,
            height: HEIGHTS[name],
            path: makePath(values, (place) => this.x(place), y),
            lines: lines.map((line) => ({
                ...line,
                y: y(line.value),
                text: `${line.label} ${this.format(line.value)}`,
            })),
            dots: points
                .map((point, place) => ({
                    key: place,
                    x: this.x(place),
                    y: y(point[field]),
                    isUnusual: point[rules].length > 0,
                    id: point.inspection_id,
                    label: this.describe(point, field, rules),
                    hidden: point[field] === null,
                }))
                .filter((dot) => !dot.hidden),
        };
    }

    format(value) {
        return value === null || value === undefined
            ? "–"
            : formatFloat(value, { digits: [16, 4], trailingZeros: false });
    }

    formatIndex(value) {
        return value === null || value === undefined ? "–" : formatFloat(value, { digits: [16, 2] });
    }

    describe(point, field, rules) {
        const parts = [point.name, point.lot, this.format(point[field])];
        if (point.date) {
            parts.push(formatDateTime(deserializeDateTime(point.date)));
        }
        return [...parts.filter(Boolean), ...point[rules].map((rule) => RULES[rule])].join(" · ");
    }

    get unusual() {
        return this.state.chart.points
            .filter((point) => point.rules.length || point.spread_rules.length)
            .map((point) => ({
                id: point.inspection_id,
                name: point.name,
                rules: [...new Set([...point.rules, ...point.spread_rules])]
                    .map((rule) => String(RULES[rule]))
                    .join(", "),
            }))
            .reverse();
    }

    get figures() {
        const { cp, cpk, pp, ppk, mean, sigma, count } = this.state.chart;
        return [
            { label: "Cp", value: this.formatIndex(cp), title: _t("(upper − lower limit) / 6 sigma within subgroups") },
            {
                label: "Cpk",
                value: this.formatIndex(cpk),
                title: _t("distance to the nearer limit / 3 sigma within subgroups"),
            },
            { label: "Pp", value: this.formatIndex(pp), title: _t("(upper − lower limit) / 6 sigma of all values") },
            {
                label: "Ppk",
                value: this.formatIndex(ppk),
                title: _t("distance to the nearer limit / 3 sigma of all values"),
            },
            { label: _t("Mean"), value: this.format(mean), title: _t("of all values") },
            { label: "σ", value: this.format(sigma), title: _t("from the mean spread of subgroups") },
            { label: _t("Values"), value: String(count), title: _t("recorded results in this chart") },
        ];
    }

    // ------------------------------------------------------------------
    // Opening
    // ------------------------------------------------------------------

    /** The latest point is reached by Tab, the others from it by the arrows; Enter opens. */
    onDotKeydown(ev) {
        const dots = [...ev.currentTarget.querySelectorAll(".o_mes_chart_dot")];
        const place = dots.indexOf(ev.target);
        const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: dots.length - 1 }[ev.key];
        if (place < 0 || (next === undefined && ev.key !== "Enter")) {
            return;
        }
        ev.preventDefault();
        if (ev.key === "Enter") {
            this.openInspection(Number(ev.target.dataset.id));
        } else {
            dots[next]?.focus();
        }
    }

    openInspection(id) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "mes.quality.inspection",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openResults() {
        const { id, name } = this.state.chart;
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "mes.quality.inspection.line",
            views: [
                [false, "list"],
                [false, "graph"],
            ],
            domain: [
                ["characteristic_id", "=", id],
                ["is_recorded", "=", true],
            ],
        });
    }
}

registry.category("actions").add("mes_quality.control_chart", ControlChart);
