import { Component } from "@odoo/owl";
import { formatQuantity, shortPlace } from "../../core/format";
import { getStatusInfo, LoopStatus } from "../../loop_status/loop_status";

/** One loop to tap: product, place, what is there, and its state. */
export class LoopTile extends Component {
    static template = "mes_pull.LoopTile";
    static components = { LoopStatus };
    static props = { loop: Object, onSelect: Function };

    setup() {
        Object.assign(this, { formatQuantity, shortPlace });
    }

    get color() {
        return getStatusInfo(this.props.loop.status).color;
    }
}
