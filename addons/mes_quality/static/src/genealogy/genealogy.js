import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { HEIGHT, WIDTH, layoutGraph, matches } from "./layout";

const MARGIN = 30;

/** What lots were made of and what was made of them: a graph to zoom, move and fold, and the same as a list. */
export class Genealogy extends Component {
    static template = "mes_quality.Genealogy";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("canvas");
        this.width = WIDTH;
        this.height = HEIGHT;
        this.collapsed = new Set();
        const { params, context } = this.props.action;
        this.lotIds = params?.lot_ids || context?.active_ids || [];
        this.state = useState({
            graph: { nodes: [], edges: [] },
            layout: { nodes: [], edges: [], width: 0, height: 0 },
            view: { x: MARGIN, y: MARGIN, zoom: 1 },
            search: "",
            isList: false,
            isRead: false,
        });
        onWillStart(() => this.read());
    }

    async read() {
        this.state.graph = await this.orm.call("mes.quality.genealogy", "get_graph", [this.lotIds]);
        this.state.isRead = true;
        this.arrange();
    }

    arrange() {
        const { nodes, edges } = this.state.graph;
        this.state.layout = layoutGraph(nodes, edges, this.collapsed);
        const names = new Map(nodes.map((node) => [node.id, this.nameOf(node)]));
        this.names = names;
    }

    // -- what is shown ------------------------------------------------------------------------------------------

    get transform() {
        const { x, y, zoom } = this.state.view;
        return `translate(${x} ${y}) scale(${zoom})`;
    }

    get rows() {
        const { nodes } = this.state.graph;
        const text = this.state.search;
        const found = text.trim() ? nodes.filter((node) => matches(node, text)) : [...nodes];
        return found.sort((a, b) => a.level - b.level || a.id - b.id);
    }

    nameOf(node) {
        return node.is_stub ? _t("another company") : node.name;
    }

    classOf(node) {
        const state = node.state && node.state !== "released" ? `o_mes_node_${node.state}` : "";
        const found = matches(node, this.state.search) ? "o_mes_node_found" : "";
        const middle = node.level === 0 ? "o_mes_node_middle" : "";
        return `o_mes_node o_mes_node_${node.place} ${state} ${found} ${middle}`;
    }

    quantityOf(node) {
        return node.is_stub || node.on_hand === undefined ? "" : `${formatFloat(node.on_hand)} ${node.uom}`;
    }

    cut(text, length) {
        return text && text.length > length ? `${text.slice(0, length - 1)}…` : text || "";
    }

    isFoldable(node) {
        const { edges } = this.state.graph;
        return edges.some(
            (edge) =>
                (node.level >= 0 && edge.source_id === node.id && edge.target_id !== node.id) ||
                (node.level <= 0 && edge.target_id === node.id && edge.source_id !== node.id)
        );
    }

    isFolded(node) {
        return this.collapsed.has(node.id);
    }

    titleOf(edge) {
        const exact = edge.is_exact ? "" : ` · ${_t("not told apart")}`;
        return `${edge.document} · ${formatFloat(edge.quantity)}${exact}`;
    }

    // -- what people do -----------------------------------------------------------------------------------------

    fold(node) {
        this.collapsed.has(node.id) ? this.collapsed.delete(node.id) : this.collapsed.add(node.id);
        this.arrange();
    }

    open(node) {
        if (node.is_stub || this.wasMoved) {
            return;
        }
        const [res_model, res_id] = node.id > 0 ? ["stock.lot", node.id] : ["product.product", -node.id];
        this.action.doAction({ type: "ir.actions.act_window", res_model, res_id, views: [[false, "form"]] });
    }

    openDocument(edge) {
        if (edge.res_id && !this.wasMoved) {
            const { model: res_model, res_id } = edge;
            this.action.doAction({ type: "ir.actions.act_window", res_model, res_id, views: [[false, "form"]] });
        }
    }

    onSearch(ev) {
        this.state.search = ev.target.value;
        const node = this.state.layout.nodes.find((one) => matches(one, this.state.search));
        if (node) {
            this.centre(node);
        }
    }

    centre(node) {
        const { clientWidth, clientHeight } = this.root.el || { clientWidth: 800, clientHeight: 500 };
        const { view } = this.state;
        view.x = clientWidth / 2 - (node.x + WIDTH / 2) * view.zoom;
        view.y = clientHeight / 2 - (node.y + HEIGHT / 2) * view.zoom;
    }

    fit() {
        const { clientWidth, clientHeight } = this.root.el;
        const { width, height } = this.state.layout;
        const zoom = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height, 1.2);
        Object.assign(this.state.view, { zoom: Math.max(zoom, 0.05), x: MARGIN, y: MARGIN });
    }

    zoom(factor, x = this.root.el.clientWidth / 2, y = this.root.el.clientHeight / 2) {
        const { view } = this.state;
        const zoom = Math.min(Math.max(view.zoom * factor, 0.05), 3);
        view.x = x - ((x - view.x) * zoom) / view.zoom;
        view.y = y - ((y - view.y) * zoom) / view.zoom;
        view.zoom = zoom;
    }

    onWheel(ev) {
        const box = this.root.el.getBoundingClientRect();
        this.zoom(ev.deltaY < 0 ? 1.15 : 1 / 1.15, ev.clientX - box.left, ev.clientY - box.top);
    }

    // One finger moves, two zoom.
    onPointerDown(ev) {
        this.pointers ||= new Map();
        this.pointers.set(ev.pointerId, [ev.clientX, ev.clientY]);
        this.wasMoved = false;
    }

    onPointerMove(ev) {
        const before = this.pointers?.get(ev.pointerId);
        if (!before) {
            return;
        }
        const spread = () => {
            const [one, other] = [...this.pointers.values()];
            return Math.hypot(one[0] - other[0], one[1] - other[1]);
        };
        const wide = this.pointers.size === 2 ? spread() : 0;
        this.pointers.set(ev.pointerId, [ev.clientX, ev.clientY]);
        const [dx, dy] = [ev.clientX - before[0], ev.clientY - before[1]];
        if (wide) {
            this.zoom(spread() / wide);
        } else {
            this.state.view.x += dx;
            this.state.view.y += dy;
        }
        this.wasMoved ||= Math.abs(dx) + Math.abs(dy) > 3;
    }

    onPointerUp(ev) {
        this.pointers?.delete(ev.pointerId);
    }
}

registry.category("actions").add("mes_quality.genealogy", Genealogy);
