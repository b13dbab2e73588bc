import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const TREND_WIDTH = 120;
const TREND_HEIGHT = 28;

/** The plant manager's home: what each MES application of this database has to say, and what is still to set up. */
export class Overview extends Component {
    static template = "mes_pull.Overview";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ sections: [] });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.sections = await this.orm.call("res.company", "mes_get_overview", []);
    }

    open(action) {
        return this.action.doAction(action);
    }

    countDone(section) {
        return section.steps.filter((step) => step.is_done).length;
    }

    isSetUp(section) {
        return section.steps.every((step) => step.is_done);
    }

    /** The step to take next. */
    isNext(section, step) {
        return section.steps.find((other) => !other.is_done) === step;
    }

    /** @returns {string} the points of an SVG polyline */
    getLine(points) {
        const lowest = Math.min(...points);
        const range = Math.max(...points) - lowest || 1;
        return points
            .map((point, index) => {
                const x = (index / Math.max(points.length - 1, 1)) * TREND_WIDTH;
                const y = TREND_HEIGHT - 2 - ((point - lowest) / range) * (TREND_HEIGHT - 4);
                return `${x.toFixed(1)},${y.toFixed(1)}`;
            })
            .join(" ");
    }
}

registry.category("actions").add("mes_pull.overview", Overview);
