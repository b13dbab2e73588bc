import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatQuantity, shortPlace } from "../../core/format";
import { LoopStatus, getStatusInfo } from "../../loop_status/loop_status";
import { LoopBar } from "../loop_bar/loop_bar";
import { UsableFigure } from "../../usable_figure/usable_figure";
import { SignalList } from "../signal_list/signal_list";

/** The figures of a row: the key of the dict, what the server opens for it, the word. */
export const FIGURES = [
    { key: "on_hand", figure: "on_hand", label: _t("Usable"), help: _t("Usable pieces in the supermarket") },
    { key: "held", figure: "held", label: _t("Held"), help: _t("Received beyond the need; freed by itself") },
    { key: "on_order", figure: "on_order", label: _t("On order"), help: _t("Ordered and not yet received") },
    { key: "position", figure: "position", label: _t("Position"), help: _t("Usable + held + on order") },
    { key: "authorised", figure: "authorised", label: _t("Target"), help: _t("What downstream has really asked for") },
    { key: "room", figure: "position", label: _t("Room"), help: _t("Target − position: what may still be ordered") },
];

export class LoopRow extends Component {
    static template = "mes_pull.LoopRow";
    static components = { LoopBar, LoopStatus, SignalList, UsableFigure };
    static props = {
        loop: Object,
        now: Number,
        clockOffset: Number,
        canPlan: Boolean,
        isBusy: Boolean,
        onFigure: Function,
        onDocument: Function,
        onOpen: Function,
        onReplenish: Function,
    };

    setup() {
        Object.assign(this, { formatQuantity, shortPlace });
        this.figures = FIGURES;
    }

    get color() {
        return getStatusInfo(this.props.loop.status).color;
    }

    /** How large the loop is, in words: "10 × 100 Units", or that it follows the demand. */
    get size() {
        const { card_count, container_qty, mode, uom } = this.props.loop;
        const container = `${formatQuantity(container_qty)} ${uom}`;
        return mode === "stock" ? `${card_count} × ${container}` : _t("By demand, in containers of %s", container);
    }

    /** Operators may read the loop's own records; stock moves and orders are the planners'. */
    canOpen(figure) {
        const { canPlan, loop } = this.props;
        return canPlan || (figure === "authorised" && loop.mode === "stock");
    }

    openFigure(figure) {
        if (this.canOpen(figure)) {
            this.props.onFigure(this.props.loop, figure);
        }
    }

    /** A button that could not order anything is not offered. */
    get showReplenish() {
        const { canPlan, loop } = this.props;
        return canPlan && (loop.signal_qty ?? loop.room) > 0 && loop.room >= loop.container_qty;
    }
}
