import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatQuantity } from "../../core/format";

const LOOKS = {
    ok: { icon: "fa-check-circle", word: _t("Right") },
    warning: { icon: "fa-exclamation-circle", word: _t("Note") },
    error: { icon: "fa-times-circle", word: _t("Wrong") },
    sending: { icon: "fa-spinner fa-spin", word: _t("Sending") },
    kept: { icon: "fa-cloud-upload", word: _t("Kept on this device") },
    idle: { icon: "fa-barcode", word: "" },
};

const TITLES = {
    withdrawal: _t("Taken"),
    return: _t("Returned"),
    undo: _t("Undone"),
    location: _t("Destination"),
    operator: _t("Operator"),
    card: _t("Card"),
    call: _t("Answered"),
    call_place: _t("Place"),
};

/**
 * The big answer to the last scan, read out politely by screen readers.
 * `result.sequence` changes with every answer, so that the same answer twice flashes twice.
 */
export class ResultPanel extends Component {
    static template = "mes_pull.ResultPanel";
    static props = {
        result: Object,
        canUndo: Boolean,
        onUndo: Function,
    };

    setup() {
        this.formatQuantity = formatQuantity;
    }

    get look() {
        return LOOKS[this.props.result.status] || LOOKS.idle;
    }

    get title() {
        const { kind, status } = this.props.result;
        return (status !== "error" && TITLES[kind]) || this.look.word;
    }

    get hasQuantity() {
        const { kind, quantity, status } = this.props.result;
        return status !== "error" && ["withdrawal", "return", "undo", "card", "call"].includes(kind) && quantity;
    }
}
