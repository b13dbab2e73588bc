import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CallStrip } from "../../calls/call_strip/call_strip";
import { formatQuantity } from "../../core/format";
import { computeCenter, formatDifference } from "../../core/hours";

const STATUS_LABELS = {
    future: _t("To come"),
    now: _t("Now"),
    met: _t("Met"),
    missed: _t("Missed"),
};

/** One work centre: its day in all, and each hour with due, done and the running difference. */
export class HoursCenter extends Component {
    static template = "mes_pull.HoursCenter";
    static components = { CallStrip };
    static props = {
        center: Object,
        now: Number, // the server's clock in ms
        canPlan: Boolean,
        onMissed: Function, // (center, hour)
        onOrder: Function, // (orderId)
    };

    setup() {
        Object.assign(this, { formatQuantity, formatDifference });
    }

    get day() {
        return computeCenter(this.props.center, this.props.now);
    }

    get behindText() {
        return _t("%s more from earlier days", formatQuantity(this.props.center.behind));
    }

    statusLabel(hour) {
        return STATUS_LABELS[hour.status];
    }

    causeText(hour) {
        return hour.causes.length ? hour.causes.join(", ") : _t("Why?");
    }
}
