import { Component } from "@odoo/owl";
import { callStatus, formatUntil, statusLabel } from "../../core/calls";
import { formatMoment, formatWithUnit } from "../../core/format";

const SHOWN = 8;

/** What is called for a work centre and where it is, for the people at the line. */
export class CallStrip extends Component {
    static template = "mes_pull.CallStrip";
    static props = {
        calls: Array,
        now: Number, // the server's clock in ms
    };

    get chips() {
        const { calls, now } = this.props;
        return calls.slice(0, SHOWN).map((call) => {
            const status = callStatus(call, now);
            const isOver = ["done", "cancelled"].includes(status);
            return {
                id: call.id,
                status,
                product: call.product,
                quantity: formatWithUnit(call.quantity, call.uom),
                label: statusLabel(status),
                due: formatMoment(call.due, now),
                until: isOver ? "" : formatUntil(call.due, now),
                note: call.note,
            };
        });
    }

    get hidden() {
        return Math.max(0, this.props.calls.length - SHOWN);
    }
}
