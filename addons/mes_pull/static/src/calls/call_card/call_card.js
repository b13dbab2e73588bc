import { Component } from "@odoo/owl";
import { callStatus, formatUntil, isActionable, statusLabel } from "../../core/calls";
import { formatQuantity, shortPlace } from "../../core/format";
import { UsableFigure } from "../../usable_figure/usable_figure";

/** One call: what, how much, where from, how it stands; and the two answers to it. */
export class CallCard extends Component {
    static template = "mes_pull.CallCard";
    static components = { UsableFigure };
    static props = {
        call: Object,
        now: Number, // the server's clock in ms
        isPending: Boolean, // its answer waits on this device
        isWall: Boolean,
        onConfirm: Function,
        onShort: Function,
    };

    setup() {
        Object.assign(this, { formatQuantity, shortPlace });
    }

    get status() {
        return callStatus(this.props.call, this.props.now);
    }

    get statusLabel() {
        return statusLabel(this.status);
    }

    get until() {
        return formatUntil(this.props.call.due, this.props.now);
    }

    get canAnswer() {
        return isActionable(this.props.call) && !this.props.isWall && !this.props.isPending;
    }

    /** What is usable besides other reservations does not suffice, and nothing is reserved for this call either. */
    get isShort() {
        const { usable, left, at_risk, state } = this.props.call;
        return usable.usable < left && (at_risk || state === "planned");
    }

    /** What is still to be brought; of a planned or short call all of it. */
    get quantity() {
        const { left, quantity } = this.props.call;
        return isActionable(this.props.call) ? left : quantity;
    }
}
