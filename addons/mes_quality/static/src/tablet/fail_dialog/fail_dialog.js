import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { parseMeasure } from "../measure";

/** Asks how much is rejected, and why. */
export class FailDialog extends Component {
    static template = "mes_quality.FailDialog";
    static components = { Dialog };
    static props = { close: Function, inspection: Object, onConfirm: Function };

    setup() {
        this.state = useState({ reason: "", quantity: String(this.props.inspection.quantity) });
    }

    get quantity() {
        return parseMeasure(this.state.quantity);
    }

    get needsReason() {
        const { defect_count, accept_number } = this.props.inspection;
        return defect_count <= accept_number;
    }

    get isReady() {
        return this.quantity !== null && (!this.needsReason || Boolean(this.state.reason.trim()));
    }

    confirm() {
        const { quantity } = this.props.inspection;
        this.props.onConfirm({
            reason: this.state.reason,
            rejected_qty: this.quantity === quantity ? null : this.quantity,
        });
        this.props.close();
    }
}
