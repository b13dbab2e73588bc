import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { barPlace, judge, parseMeasure, pressKey } from "../measure";

/** A number pad for a measure, with its limits and the colour of what is keyed in. */
export class MeasurePad extends Component {
    static template = "mes_quality.MeasurePad";
    static components = { Dialog };
    static props = { close: Function, line: Object, title: String, onConfirm: Function };

    setup() {
        const { line } = this.props;
        this.state = useState({ text: line.is_recorded ? String(line.value) : "", fresh: true, error: "" });
        this.backLabel = _t("Backspace");
        this.signLabel = _t("Plus or minus");
        const confirm = useRef("confirm");
        onMounted(() => confirm.el?.focus());
    }

    get keys() {
        return ["7", "8", "9", "4", "5", "6", "1", "2", "3", "sign", "0", "."];
    }

    get decimalPoint() {
        return localization.decimalPoint || ".";
    }

    get shown() {
        return this.state.text.replace(".", this.decimalPoint);
    }

    get value() {
        return parseMeasure(this.state.text);
    }

    get verdict() {
        return judge(this.value, this.props.line);
    }

    get place() {
        return barPlace(this.value, this.props.line);
    }

    press(key) {
        this.state.text = pressKey(this.state.fresh && !["back", "sign"].includes(key) ? "" : this.state.text, key);
        Object.assign(this.state, { fresh: false, error: "" });
    }

    /** A measuring tool or a keyboard types here as well. */
    onKeydown(ev) {
        const key = ev.key === "," ? "." : ev.key;
        if (/^[0-9.]$/.test(key)) {
            this.press(key);
        } else if (key === "-") {
            this.press("sign");
        } else if (key === "Backspace") {
            this.press("back");
        } else if (key !== "Enter") {
            return;
        } else {
            this.confirm();
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    confirm() {
        if (this.value === null) {
            this.state.error = _t("Enter a number.");
            return;
        }
        this.props.onConfirm(this.value);
        this.props.close();
    }
}
