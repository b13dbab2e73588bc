import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { localization } from "@web/core/l10n/localization";
import { formatPad, formatQuantity, padKey, parsePad } from "../core/format";

/**
 * A keypad for gloves. The first key replaces the proposed quantity.
 */
export class QuantityPad extends Component {
    static template = "mes_pull.QuantityPad";
    static components = { Dialog };
    static props = {
        close: Function,
        onConfirm: Function,
        title: String,
        quantity: { type: Number, optional: true },
        container: { type: Number, optional: true },
        available: { type: Number, optional: true },
        uom: { type: [String, Boolean], optional: true },
        confirmLabel: { type: String, optional: true },
        onReset: { type: Function, optional: true },
    };

    setup() {
        const { quantity } = this.props;
        this.state = useState({ text: quantity ? String(quantity) : "", fresh: true, error: "" });
        this.formatQuantity = formatQuantity;
        this.formatPad = formatPad;
        this.done = false;
        this.backspaceLabel = _t("Backspace");
        // Not the field: a scanner would type its barcode into it.
        const confirm = useRef("confirm");
        onMounted(() => confirm.el?.focus());
    }

    get keys() {
        return ["7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", "back"];
    }

    get decimalPoint() {
        return localization.decimalPoint || ".";
    }

    /** Whole containers to choose with one tap. */
    get multiples() {
        const { container } = this.props;
        return container > 0 ? [1, 2, 3, 5].map((count) => ({ count, quantity: count * container })) : [];
    }

    get quantity() {
        return parsePad(this.state.text);
    }

    get isPlausible() {
        return this.quantity > 0;
    }

    press(key) {
        this.state.text = padKey(this.state.fresh && key !== "back" ? "" : this.state.text, key);
        this.state.fresh = false;
        this.state.error = "";
    }

    setQuantity(quantity) {
        this.state.text = String(quantity);
        this.state.fresh = true;
        this.state.error = "";
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.state.fresh = false;
        this.state.error = "";
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            this.confirm();
        }
    }

    confirm() {
        if (!this.isPlausible) {
            this.state.error = _t("Enter a quantity above zero. A barcode cannot be scanned into this field.");
            return;
        }
        if (!this.done) {
            this.done = true; // a second tap before the dialog is gone must not book again
            this.props.onConfirm(this.quantity);
            this.props.close();
        }
    }

    reset() {
        this.props.onReset();
        this.props.close();
    }
}
