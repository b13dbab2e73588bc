import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatCurrency } from "@web/core/currency";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Pager } from "@web/core/pager/pager";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Figure } from "./figure/figure";
import { describeTrend, formatCover, horizonLabel, searchDomain, STATUSES, statusIcon, statusLabel } from "./format";
import { useLiveReading, useWall } from "./live";
import { StockBar } from "./stock_bar/stock_bar";

const MODEL = "mes.aging.board";
const CHANNEL = "mes_aging/board";
const ROWS = 50;
const WALL_ROWS = 10;
const WALL_TURN = 20 * 1000;
const TYPING = 300;
const CARD_FIGURES = ["on_hand", "held", "reserved", "demand_near", "demand_far", "incoming_all", "safety", "excess"];

/** All that is on hand against what it is for, live. Every figure shows its formula and opens its records. */
export class InventoryBoard extends Component {
    static template = "mes_aging.InventoryBoard";
    static components = { Dropdown, DropdownItem, Figure, Layout, Pager, StockBar };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        const kept = this.props.state?.filter;
        this.state = useState({
            board: null,
            error: "",
            text: "",
            warehouse: null,
            category: null,
            buyer: null,
            status: "",
            order: "status",
            offset: 0,
            ...kept,
        });
        this.statuses = STATUSES.map((key) => ({ key, label: statusLabel(key), icon: statusIcon(key) }));
        this.orders = [
            { key: "status", label: _t("Most urgent first") },
            { key: "cover", label: _t("Shortest cover first") },
            { key: "-cover", label: _t("Longest cover first") },
            { key: "excess", label: _t("Most excess first") },
            { key: "value", label: _t("Most value first") },
            { key: "name", label: _t("By name") },
        ];
        Object.assign(this, { cardFigures: CARD_FIGURES, horizonLabel });
        this.wall = useWall(() => this.choose({ offset: 0 }));
        this.live = useLiveReading(CHANNEL, () => this.read());
        this.onType = useDebounced((text) => this.choose({ text, offset: 0 }), TYPING);
        const turn = browser.setInterval(() => this.turnWallPage(), WALL_TURN);
        onWillUnmount(() => browser.clearInterval(turn));
        onWillStart(() => this.start());
        this.env.config.setDisplayName?.(_t("Inventory Board"));
    }

    async start() {
        try {
            this.options = await this.orm.silent.call(MODEL, "get_setup", []);
        } catch (error) {
            this.showError(error);
            return;
        }
        await this.read();
    }

    // ------------------------------------------------------------------
    // Reading
    // ------------------------------------------------------------------

    get domain() {
        const { category, text } = this.state;
        return [...(category ? [["categ_id", "child_of", category.id]] : []), ...searchDomain(text)];
    }

    get query() {
        const { buyer, order, status, warehouse } = this.state;
        return {
            domain: this.domain,
            warehouse_id: warehouse?.id || false,
            buyer_id: buyer?.id || false,
            status: status || false,
            order,
        };
    }

    get limit() {
        return this.wall?.on ? WALL_ROWS : ROWS;
    }

    async read() {
        if (!this.options) {
            return;
        }
        try {
            const page = { offset: this.state.offset, limit: this.limit };
            const board = await this.orm.silent.call(MODEL, "get_board", [], { ...this.query, ...page });
            Object.assign(this.state, { board, error: "" });
        } catch (error) {
            this.showError(error);
        }
    }

    showError(error) {
        const isLost = error instanceof ConnectionLostError;
        this.state.error = isLost
            ? _t("No connection. The board comes as soon as it is back.")
            : error.data?.message || error.message;
    }

    choose(change) {
        Object.assign(this.state, change);
        return this.live.read();
    }

    clear() {
        return this.choose({ text: "", warehouse: null, category: null, buyer: null, status: "", offset: 0 });
    }

    turnWallPage() {
        const { board, offset } = this.state;
        if (this.wall.on && board) {
            this.choose({ offset: offset + WALL_ROWS < board.count ? offset + WALL_ROWS : 0 });
        }
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get display() {
        return { controlPanel: { layoutActions: true } };
    }

    get isFiltered() {
        const { buyer, category, status, text, warehouse } = this.state;
        return Boolean(buyer || category || status || text || warehouse);
    }

    get orderLabel() {
        return this.orders.find((order) => order.key === this.state.order).label;
    }

    get connectionText() {
        return { live: _t("Live"), connecting: _t("Connecting"), offline: _t("Offline") }[this.live.state];
    }

    get pages() {
        const { board, offset } = this.state;
        return {
            offset,
            limit: this.limit,
            total: board?.count || 0,
            onUpdate: (page) => this.choose({ offset: page.offset }),
            isEditable: false,
        };
    }

    get statusByKey() {
        return Object.fromEntries(this.statuses.map((status) => [status.key, status]));
    }

    /** How the value of backlog has changed; null while fewer than two days were noted. */
    get trend() {
        const trend = this.options.trend;
        return trend.date_from && trend.date_from !== trend.date_to ? { ...trend, ...describeTrend(trend) } : null;
    }

    money(value) {
        return formatCurrency(value, this.state.board.currency_id);
    }

    cover(row) {
        return formatCover(row).toString();
    }

    coverTitle(row) {
        return row.max_cover_days ? _t("Warning line: %s days", row.max_cover_days) : _t("No warning line");
    }

    figure(row, figure, more = {}) {
        return { row, figure, figures: this.options.figures, onOpen: (...args) => this.openRecords(...args), ...more };
    }

    toggleStatus(status) {
        return this.choose({ status: this.state.status === status ? "" : status, offset: 0 });
    }

    // ------------------------------------------------------------------
    // Opening
    // ------------------------------------------------------------------

    /** Leaves the wall screen, because the navigation bar is behind it. */
    async open(action) {
        if (this.wall.on) {
            await this.wall.leave();
        }
        return this.action.doAction(action);
    }

    async openRecords(row, figure) {
        const warehouse = this.state.warehouse?.id || false;
        return this.open(await this.orm.call(MODEL, "get_records", [row.id, figure, warehouse]));
    }

    openProduct(row) {
        return this.open({
            type: "ir.actions.act_window",
            res_model: "product.product",
            res_id: row.id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    openTrend() {
        return this.open("mes_aging.mes_aging_snapshot_action");
    }

    openProducts() {
        return this.open({
            type: "ir.actions.act_window",
            name: _t("Products"),
            res_model: "product.product",
            domain: [["is_storable", "=", true]],
            views: [
                [false, "list"],
                [false, "form"],
            ],
            target: "current",
        });
    }

    download() {
        const options = JSON.stringify({ ...this.query, company_ids: user.activeCompanies.map(({ id }) => id) });
        browser.open(`/mes_aging/board.xlsx?options=${encodeURIComponent(options)}`, "_self");
    }
}

registry.category("actions").add("mes_aging.board", InventoryBoard);
