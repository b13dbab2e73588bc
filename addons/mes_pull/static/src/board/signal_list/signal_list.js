import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatAge, formatQuantity, signalAge } from "../../core/format";

const SHOWN = 3;
const STATES = {
    waiting: { label: _t("waits"), icon: "fa-hourglass-half text-warning" },
    released: { label: _t("ordered"), icon: "fa-truck text-info" },
};

/** The open signals of a loop with their age; the oldest first. */
export class SignalList extends Component {
    static template = "mes_pull.SignalList";
    static props = {
        signals: Array,
        now: Number,
        clockOffset: Number,
        canOpen: Boolean,
        onDocument: Function,
        onAll: Function,
    };

    setup() {
        this.formatQuantity = formatQuantity;
    }

    get shown() {
        return this.props.signals.slice(0, SHOWN);
    }

    get more() {
        return Math.max(0, this.props.signals.length - SHOWN);
    }

    look(signal) {
        if (signal.error) {
            return { label: signal.error, icon: "fa-exclamation-triangle text-danger" };
        }
        return STATES[signal.state] || { label: signal.state, icon: "fa-circle-o" };
    }

    age(signal) {
        return formatAge(signalAge(signal, this.props.now, this.props.clockOffset));
    }
}
