import { Component } from "@odoo/owl";
import { barText, computeBar, segmentText } from "../format";

/** What is on hand, by what it is for: "800 on hand: 600 next 3 days, 200 safety". */
export class StockBar extends Component {
    static template = "mes_aging.StockBar";
    static props = { row: Object, days: Array };

    get segments() {
        return computeBar(this.props.row).map((segment) => ({
            ...segment,
            text: segmentText(segment.key, segment.quantity, this.props.days),
        }));
    }

    get text() {
        return barText(this.props.row, this.props.days);
    }
}
