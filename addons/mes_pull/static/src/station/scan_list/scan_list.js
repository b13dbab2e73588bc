import { Component } from "@odoo/owl";
import { formatMoment, formatQuantity, shortPlace } from "../../core/format";

/** What waits on this device, then the last bookings, each with its undo. */
export class ScanList extends Component {
    static template = "mes_pull.ScanList";
    static props = {
        waiting: Array,
        withdrawals: Array,
        sendingKey: { type: [String, { value: null }], optional: true },
        canDiscard: Function,
        onDiscard: Function,
        onUndo: Function,
        undoingId: { type: [Number, Boolean], optional: true },
    };

    setup() {
        Object.assign(this, { formatQuantity, shortPlace });
    }

    moment(withdrawal) {
        return formatMoment(withdrawal.date, Date.now());
    }
}
