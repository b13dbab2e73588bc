import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Figure } from "@mes_aging/board/figure/figure";
import { useLiveReading } from "@mes_aging/board/live";
import {
    computeColumns,
    computeTargetBar,
    formatFigure,
    formatMoney,
    formatRatio,
    formatShort,
    monthRow,
    targetText,
} from "./format";

const MODEL = "mes.aging.clearance.board";
const CHANNEL = "mes_aging/board";
const TILES = [
    { figure: "open", value: "claimed" },
    { figure: "overdue", value: "overdue_value", label: "claimed" },
    { figure: "mine", value: "mine_value", label: "claimed" },
    { figure: "ratio", value: "net" },
    { figure: "cleared", value: "recovered" },
];
const MONTH_FIGURES = ["month_opened", "month_closed", "month_cleared", "month_recovered", "month_backlog"];

/** Backlog against its targets, and the cases that clear it. Every figure shows its formula and opens its records. */
export class ClearanceBoard extends Component {
    static template = "mes_aging.ClearanceBoard";
    static components = { Figure, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.state = useState({ board: null, error: "" });
        Object.assign(this, { tiles: TILES, monthFigures: MONTH_FIGURES, formatRatio, targetBar: computeTargetBar });
        this.format = (value, figure) => formatFigure(value, figure, this.state.board.currency_id);
        this.live = useLiveReading(CHANNEL, () => this.read());
        onWillStart(() => this.read());
        this.env.config.setDisplayName?.(_t("Clearance Board"));
    }

    async read() {
        try {
            const board = await this.orm.silent.call(MODEL, "get_board", []);
            Object.assign(this.state, { board, error: "" });
        } catch (error) {
            this.state.error =
                error instanceof ConnectionLostError
                    ? _t("No connection. The board comes as soon as it is back.")
                    : error.data?.message || error.message;
        }
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get display() {
        return { controlPanel: {} };
    }

    get connectionText() {
        return { live: _t("Live"), connecting: _t("Connecting"), offline: _t("Offline") }[this.live.state];
    }

    get months() {
        return this.state.board.months.map(monthRow);
    }

    get columns() {
        return computeColumns(this.state.board.months);
    }

    get routes() {
        const { routes } = this.state.board;
        const top = Math.max(...routes.map(({ value }) => value), 1e-6);
        return routes.map((route) => ({ ...route, percent: (100 * route.value) / top }));
    }

    label(figure) {
        return this.state.board.figures[figure].label;
    }

    money(value) {
        return formatMoney(value, this.state.board.currency_id);
    }

    monthLabel(month, format = "MMM yyyy") {
        return deserializeDate(month).toFormat(format);
    }

    /** On a phone six columns stand side by side. */
    monthText(row, figure) {
        const value = row[figure];
        if (value === 0) {
            return "0";
        }
        const isMoney = !["month_opened", "month_closed"].includes(figure);
        return this.ui.isSmall && isMoney && value !== null ? formatShort(value) : this.format(value, figure);
    }

    targetText(row) {
        return targetText(row, (value) => this.money(value)).toString();
    }

    share(kind, value) {
        return kind.total > 0 ? (100 * value) / kind.total : 0;
    }

    /** What a figure is about when it is read without its surroundings. */
    figure(row, figure, { about, ...more } = {}) {
        const label = about ? `${about}: ${this.label(figure)}` : this.label(figure);
        const { figures } = this.state.board;
        const onOpen = (...args) => this.openRecords(...args);
        return { row, figure, figures, label, onOpen, format: this.format, ...more };
    }

    // ------------------------------------------------------------------
    // Opening
    // ------------------------------------------------------------------

    async openRecords({ kind, bucket, route, month }, figure) {
        const chosen = { kind, bucket, route, month };
        for (const name in chosen) {
            chosen[name] ??= false;
        }
        this.action.doAction(await this.orm.call(MODEL, "get_records", [figure], chosen));
    }

    async download() {
        this.action.doAction(await this.orm.call("mes.aging.clearance", "action_export_xlsx", [[]]));
    }
}

registry.category("actions").add("mes_aging.clearance_board", ClearanceBoard);
