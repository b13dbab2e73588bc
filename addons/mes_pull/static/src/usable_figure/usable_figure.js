import { Component, useState } from "@odoo/owl";
import { formatUsable } from "../core/calls";
import { formatWithUnit } from "../core/format";

/** "Usable now" with its formula, which a tap shows. */
export class UsableFigure extends Component {
    static template = "mes_pull.UsableFigure";
    static props = { usable: Object, uom: { type: [String, Boolean], optional: true }, isShort: { type: Boolean, optional: true } };

    setup() {
        this.state = useState({ open: false });
        this.formatWithUnit = formatWithUnit;
    }

    get formula() {
        return formatUsable(this.props.usable);
    }
}
