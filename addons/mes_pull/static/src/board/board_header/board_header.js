import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatAge, formatMoment, signalAge } from "../../core/format";
import { SORTS, STATUSES } from "../../core/loops";
import { getStatusInfo } from "../../loop_status/loop_status";
import { PARTS } from "../loop_bar/loop_bar";

const SORT_LABELS = {
    urgency: _t("Most urgent first"),
    age: _t("Oldest signal first"),
    product: _t("By product"),
    location: _t("By place"),
};

/** Totals (each a filter), search, filters, order, connection and wall screen. */
export class BoardHeader extends Component {
    static template = "mes_pull.BoardHeader";
    static props = {
        totals: Object,
        total: Number,
        filter: Object, // {text, status, locationId}
        sort: String,
        locations: Array,
        connection: Object, // {state: "live"|"connecting"|"offline", since, updated}
        wall: Boolean,
        now: Number,
        clockOffset: Number,
        onFilter: Function,
        onSort: Function,
        onRefresh: Function,
        onWall: Function,
    };

    setup() {
        this.parts = Object.entries(PARTS).map(([key, part]) => ({ key, ...part }));
        this.sorts = SORTS.map((key) => ({ key, label: SORT_LABELS[key] }));
    }

    get statuses() {
        return STATUSES.map((key) => ({
            key,
            ...getStatusInfo(key),
            count: this.props.totals.byStatus[key],
            active: this.props.filter.status === key,
        }));
    }

    get oldestAge() {
        const { totals, now, clockOffset } = this.props;
        if (!totals.oldest) {
            return "";
        }
        return formatAge(signalAge({ date_signalled: totals.oldest }, now, clockOffset));
    }

    get connectionText() {
        const { state, since } = this.props.connection;
        if (state === "live") {
            return _t("Live");
        }
        if (state === "offline") {
            const text = new Date(since).toISOString().slice(0, 19).replace("T", " ");
            return _t("Offline since %(time)s", { time: formatMoment(text, this.props.now) });
        }
        return _t("Connecting");
    }

    onLocation(ev) {
        this.props.onFilter({ locationId: Number(ev.target.value) });
    }

    toggleStatus(status) {
        this.props.onFilter({ status: this.props.filter.status === status ? "" : status });
    }
}
