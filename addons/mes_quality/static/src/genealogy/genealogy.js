import { Component, onMounted, onPatched, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { HEIGHT, WIDTH, layoutGraph, matches, shorten } from "./layout";
import { findNeighbour, pinch, zoomAround } from "./moves";

const MARGIN = 30;
const READABLE = 0.7; // zoom
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const PLACES = {
    stock: _t("in stock"),
    shipped: _t("shipped"),
    returned: _t("returned"),
    scrapped: _t("scrapped"),
    used: _t("used up"),
};
const STATES = { held: _t("held"), rejected: _t("rejected"), inspection: _t("under inspection") };

/**
 * What lots were made of and what was made of them: a graph to zoom, move and fold, and the same as a list.
 *
 * Keys in the graph: arrows walk, Enter opens, Space folds, + and - zoom, Escape leads back to the start.
 */
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
            focused: null,
        });
        onWillStart(() => this.read());
        onMounted(() => this.show());
        useEffect(
            () => this.keepMiddle(),
            () => [this.state.isList]
        );
        // a node that a key leads to takes the focus when it is drawn
        onPatched(() => {
            if (this.isWalking) {
                this.isWalking = false;
                this.root.el?.querySelector(`[data-id="${this.state.focused}"]`)?.focus({ preventScroll: true });
            }
        });
    }

    async read() {
        this.state.graph = await this.orm.call("mes.quality.genealogy", "get_graph", [this.lotIds]);
        this.state.isRead = true;
        this.arrange();
    }

    arrange() {
        const { nodes, edges } = this.state.graph;
        this.state.layout = layoutGraph(nodes, edges, this.collapsed);
        if (!this.state.layout.nodes.some((node) => node.id === this.state.focused)) {
            this.state.focused = this.start;
        }
    }

    /** The id of the lot that was asked for. */
    get start() {
        return this.state.layout.nodes.find((node) => node.level === 0)?.id ?? null;
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

    /** All that colours and lines say of a node, in words. */
    labelOf(node) {
        const parts = [this.nameOf(node), node.product, this.quantityOf(node), PLACES[node.place], STATES[node.state]];
        return parts.filter(Boolean).join(", ");
    }

    /** The documents that made a node, each once. */
    documentsOf(node) {
        const made = this.state.graph.edges.filter((edge) => edge.target_id === node.id && edge.res_id);
        return [...new Map(made.map((edge) => [`${edge.model},${edge.res_id}`, edge])).values()];
    }

    get foundText() {
        return this.state.search.trim() ? _t("%s found", this.rows.length) : "";
    }

    /** What fits into a node's line, beside the sign that folds. */
    lineOf(node, text) {
        return shorten(text, this.isFoldable(node) ? 16 : 19);
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
        if (!node.is_stub && !this.wasMoved) {
            this.openRecord(node);
        }
    }

    openRecord(node) {
        const [res_model, res_id] = node.id > 0 ? ["stock.lot", node.id] : ["product.product", -node.id];
        this.action.doAction({ type: "ir.actions.act_window", res_model, res_id, views: [[false, "form"]] });
    }

    openDocument(edge) {
        if (edge.res_id && !this.wasMoved) {
            this.openEdge(edge);
        }
    }

    openEdge({ model: res_model, res_id }) {
        this.action.doAction({ type: "ir.actions.act_window", res_model, res_id, views: [[false, "form"]] });
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

    /** All of a small graph; of a large one the lot that was asked for, in the middle. */
    show() {
        this.fit();
        const { view, layout } = this.state;
        const start = layout.nodes.find((node) => node.id === this.start);
        const isTooSmall = view.zoom < READABLE;
        view.zoom = isTooSmall ? 1 : Math.min(view.zoom, 1);
        if (start && isTooSmall) {
            this.centre(start);
        }
    }

    /** What was in the middle stays there when the list takes or gives back its room. */
    keepMiddle() {
        const { clientWidth, clientHeight } = this.root.el;
        const [width, height] = this.size || [clientWidth, clientHeight];
        this.state.view.x += (clientWidth - width) / 2;
        this.state.view.y += (clientHeight - height) / 2;
        this.size = [clientWidth, clientHeight];
    }

    zoom(factor, point = [this.root.el.clientWidth / 2, this.root.el.clientHeight / 2]) {
        Object.assign(this.state.view, zoomAround(this.state.view, factor, point));
    }

    onWheel(ev) {
        this.zoom(ev.deltaY < 0 ? 1.15 : 1 / 1.15, this.pointOf(ev));
    }

    /** Where a mouse or a finger is on the canvas. */
    pointOf({ clientX, clientY }) {
        const box = this.root.el.getBoundingClientRect();
        return [clientX - box.left, clientY - box.top];
    }

    // -- keys ---------------------------------------------------------------------------------------------------

    onKeydown(ev) {
        const node = this.state.layout.nodes.find((one) => one.id === this.state.focused);
        const keys = {
            "+": () => this.zoom(1.25),
            "=": () => this.zoom(1.25),
            "-": () => this.zoom(0.8),
            Enter: () => this.open(node),
            " ": () => this.isFoldable(node) && this.fold(node),
            Escape: () => this.walkTo(this.start),
            Home: () => this.walkTo(this.start),
        };
        const arrow = ARROWS[ev.key];
        const action = arrow ? () => this.walkTo(findNeighbour(this.state.layout, node.id, arrow)) : keys[ev.key];
        if (!action || !node || ev.ctrlKey || ev.altKey || ev.metaKey) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        this.wasMoved = false;
        action();
    }

    /** Give the focus to a node, and bring it into sight. */
    walkTo(id) {
        const node = this.state.layout.nodes.find((one) => one.id === id);
        if (node) {
            this.state.focused = id;
            this.isWalking = true;
            this.centre(node);
            this.render();
        }
    }

    // One finger moves, two zoom around the middle between them.
    onPointerDown(ev) {
        this.pointers ||= new Map();
        this.pointers.set(ev.pointerId, this.pointOf(ev));
        this.wasMoved = false;
    }

    onPointerMove(ev) {
        const before = this.pointers?.get(ev.pointerId);
        if (!before) {
            return;
        }
        const fingers = [...this.pointers.values()];
        const after = this.pointOf(ev);
        this.pointers.set(ev.pointerId, after);
        const [dx, dy] = [after[0] - before[0], after[1] - before[1]];
        const { view } = this.state;
        if (fingers.length === 2) {
            Object.assign(view, pinch(view, fingers, [...this.pointers.values()]));
        } else {
            Object.assign(view, { x: view.x + dx, y: view.y + dy });
        }
        this.wasMoved ||= Math.abs(dx) + Math.abs(dy) > 3;
    }

    onPointerUp(ev) {
        this.pointers?.delete(ev.pointerId);
    }
}

registry.category("actions").add("mes_quality.genealogy", Genealogy);
