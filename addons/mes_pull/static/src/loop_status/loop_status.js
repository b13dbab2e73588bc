import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Word, icon and colour of each status: never the colour alone. */
export const STATUS_INFO = {
    short: { label: _t("Short"), icon: "fa-exclamation-triangle", color: "danger" },
    waiting: { label: _t("Waiting"), icon: "fa-hourglass-half", color: "warning" },
    over: { label: _t("Too much"), icon: "fa-level-up", color: "over" },
    signalled: { label: _t("On its way"), icon: "fa-truck", color: "info" },
    ok: { label: _t("Enough"), icon: "fa-check-circle", color: "success" },
};

export function getStatusInfo(status) {
    return STATUS_INFO[status] || { label: status, icon: "fa-question-circle", color: "info" };
}

export class LoopStatus extends Component {
    static template = "mes_pull.LoopStatus";
    static props = { status: String };

    get info() {
        return getStatusInfo(this.props.status);
    }
}
