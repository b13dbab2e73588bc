import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ageClassLabel, formatAge, parseUtc } from "./format";

const CHANNEL = "mes_quality/board";
const TICK = 15 * 1000;
const POLL = 60 * 1000;
const QUIET = 400;
const HELD = [
    ["state", "=", "active"],
    ["kind", "in", ["lot", "part", "stock"]],
];
const TODO = [["state", "=", "todo"]];

/** What waits for inspection, what is held, since when and what it is worth; live. Every figure opens its records. */
export class QualityBoard extends Component {
    static template = "mes_quality.QualityBoard";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.state = useState({ board: null, error: "", now: Date.now(), offset: 0 });
        this.formatAge = formatAge;
        this.useLive();
        onWillStart(() => this.read());
    }

    useLive() {
        let timer = null;
        let sinceRead = 0;
        const onChange = () => {
            browser.clearTimeout(timer);
            timer = browser.setTimeout(() => this.read(), QUIET);
        };
        const tick = () => {
            this.state.now = Date.now();
            sinceRead += TICK;
            if (sinceRead >= POLL) {
                sinceRead = 0;
                this.read();
            }
        };
        let clock = null;
        onMounted(() => {
            this.bus.subscribe(CHANNEL, onChange);
            clock = browser.setInterval(tick, TICK);
        });
        onWillUnmount(() => {
            this.bus.unsubscribe(CHANNEL, onChange);
            browser.clearInterval(clock);
            browser.clearTimeout(timer);
        });
    }

    async read() {
        try {
            const board = await this.orm.silent.call("mes.quality.board", "get_board", []);
            const now = Date.now();
            Object.assign(this.state, { board, now, error: "", offset: parseUtc(board.server_time) - now });
        } catch (error) {
            const lost = error instanceof ConnectionLostError;
            this.state.error = lost
                ? _t("No connection. The board comes as soon as it is back.")
                : error.data?.message || error.message;
        }
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    age(utc) {
        return utc ? formatAge(this.state.now + this.state.offset - parseUtc(utc)) : "";
    }

    /** What is late by how much, or how long there is still time. */
    dueText(utc) {
        if (!utc) {
            return "";
        }
        const left = parseUtc(utc) - this.state.now - this.state.offset;
        return left < 0 ? _t("%(age)s late", { age: formatAge(-left) }) : _t("in %(age)s", { age: formatAge(left) });
    }

    money(value) {
        return formatCurrency(value, this.state.board.currency_id);
    }

    quantity(row) {
        return `${formatFloat(row.quantity, { trailingZeros: false })} ${row.uom}`;
    }

    date(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    get ageClasses() {
        const classes = this.state.board.held.by_age;
        const highest = Math.max(...classes.map((one) => one.count), 1);
        return classes.map((one, index) => ({
            ...one,
            label: ageClassLabel(one.days, classes[index - 1]?.days || 0),
            share: Math.round((100 * one.count) / highest),
            isOld: index >= classes.length - 2,
        }));
    }

    // ------------------------------------------------------------------
    // Opening
    // ------------------------------------------------------------------

    openList(model, name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            name,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
            target: "current",
        });
    }

    openTodo(extra = []) {
        return this.openList("mes.quality.inspection", _t("To Inspect"), [...TODO, ...extra]);
    }

    openHeld(extra = []) {
        return this.openList("mes.quality.hold", _t("Held Stock"), [...HELD, ...extra]);
    }

    openAge(index) {
        const classes = this.state.board.held.by_age;
        const at = (days) =>
            luxon.DateTime.fromMillis(this.state.now + this.state.offset, { zone: "utc" })
                .minus({ days })
                .toFormat("yyyy-MM-dd HH:mm:ss");
        const extra = [];
        if (classes[index].days !== null) {
            extra.push(["date_held", ">=", at(classes[index].days)]);
        }
        if (index) {
            extra.push(["date_held", "<", at(classes[index - 1].days)]);
        }
        return this.openHeld(extra);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    get now() {
        return luxon.DateTime.utc().toFormat("yyyy-MM-dd HH:mm:ss");
    }

    get today() {
        return luxon.DateTime.now().toISODate();
    }
}

registry.category("actions").add("mes_quality.board", QualityBoard);
