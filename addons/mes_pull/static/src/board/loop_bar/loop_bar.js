import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatQuantity } from "../../core/format";
import { computeBar } from "../../core/loops";

export const PARTS = {
    on_hand: { label: _t("Usable"), className: "o_mes_part_usable" },
    held: { label: _t("Held"), className: "o_mes_part_held" },
    on_order: { label: _t("On order"), className: "o_mes_part_on_order" },
};

/** Usable, held and on order, stacked on one scale with the target marked. */
export class LoopBar extends Component {
    static template = "mes_pull.LoopBar";
    static props = { loop: Object };

    setup() {
        this.formatQuantity = formatQuantity;
    }

    get bar() {
        const bar = computeBar(this.props.loop);
        const segments = bar.segments.map((segment) => ({ ...PARTS[segment.key], ...segment }));
        return { ...bar, segments };
    }

    /** The target's label would run into the label at the end of the scale. */
    get isTargetInside() {
        const { target } = this.bar;
        return target > 12 && target < 80;
    }

    get description() {
        const { loop } = this.props;
        return _t("%(usable)s usable, %(held)s held, %(ordered)s on order; target %(target)s %(uom)s", {
            usable: formatQuantity(loop.on_hand),
            held: formatQuantity(loop.held),
            ordered: formatQuantity(loop.on_order),
            target: formatQuantity(loop.authorised),
            uom: loop.uom,
        });
    }
}
