import { Component } from "@odoo/owl";
import { usePopover } from "@web/core/popover/popover_hook";
import { explainParts, formatQuantity, getFigure } from "../format";

/** How a figure is computed, with its numbers, and the way to the records behind it. */
export class FigureExplanation extends Component {
    static template = "mes_aging.FigureExplanation";
    static props = {
        row: Object,
        figure: String,
        figures: Object,
        text: String,
        onOpen: Function,
        format: Function,
        close: { type: Function, optional: true },
    };

    get about() {
        return this.props.figures[this.props.figure];
    }

    get parts() {
        const { row, figure, figures } = this.props;
        return explainParts(row, figure, figures).map((part) => ({
            ...part,
            text: this.props.format(part.quantity, part.figure),
        }));
    }

    open() {
        this.props.close?.();
        this.props.onOpen(this.props.row, this.props.figure);
    }
}

/** A number that explains itself when it is pressed; `format(value, figure)` writes it, by default as a quantity. */
export class Figure extends Component {
    static template = "mes_aging.Figure";
    static defaultProps = { format: formatQuantity };
    static props = {
        row: Object,
        figure: String,
        figures: Object,
        onOpen: Function,
        format: { type: Function, optional: true },
        text: { type: String, optional: true },
        label: { type: String, optional: true },
        className: { type: String, optional: true },
    };

    setup() {
        this.popover = usePopover(FigureExplanation, { position: "bottom", popoverClass: "o_mes_stock_explanation" });
    }

    get text() {
        return this.props.text ?? this.props.format(getFigure(this.props.row, this.props.figure), this.props.figure);
    }

    get label() {
        return this.props.label || this.props.figures[this.props.figure].label;
    }

    toggle(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
            return;
        }
        const { row, figure, figures, format, onOpen } = this.props;
        this.popover.open(ev.currentTarget, { row, figure, figures, format, onOpen, text: this.text });
    }
}
