import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** Why an hour was missed: one tap on a cause, in own words what the list does not say. */
export class LossDialog extends Component {
    static template = "mes_pull.LossDialog";
    static components = { Dialog };
    static props = {
        title: String,
        losses: Array, // {id, name}
        lossId: [Number, Boolean],
        note: String,
        onChoose: Function, // (lossId, note)
        close: Function,
    };

    setup() {
        this.state = useState({ note: this.props.note, busy: false });
    }

    async choose(lossId) {
        this.state.busy = true;
        try {
            await this.props.onChoose(lossId, this.state.note.trim());
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}
