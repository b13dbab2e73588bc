import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatWithUnit } from "../../core/format";

/**
 * What to do when a call cannot be filled: none, only a part, or another part (scanned, or chosen from the list).
 */
export class ShortDialog extends Component {
    static template = "mes_pull.ShortDialog";
    static components = { Dialog };
    static props = {
        call: Object,
        onNone: Function, // (note)
        onPart: Function, // (note)
        onSubstitute: Function, // ({productId, barcode, label}, note)
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.formatWithUnit = formatWithUnit;
        this.state = useState({ note: "", isChoosing: false, substitutes: [], loaded: false });
        onWillStart(() => this.load());
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => {
            this.choose({ barcode: ev.detail.barcode, label: ev.detail.barcode });
        });
    }

    async load() {
        try {
            this.state.substitutes = await this.orm.silent.call("mes.pull.call", "get_substitutes", [
                this.props.call.id,
            ]);
        } catch {
            // Without a connection the other part can be scanned.
        }
        this.state.loaded = true;
    }

    answer(work) {
        work(this.state.note.trim());
        this.props.close();
    }

    choose(part) {
        this.answer((note) => this.props.onSubstitute(part, note));
    }

    onBarcode(ev) {
        const barcode = ev.target.value.trim();
        if (ev.key === "Enter" && barcode) {
            ev.preventDefault();
            this.choose({ barcode, label: barcode });
        }
    }
}
