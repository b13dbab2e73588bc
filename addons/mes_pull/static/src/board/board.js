import { Component, onMounted, onWillStart, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { clockOffset } from "../core/format";
import { collectLocations, computePage, computeTotals, filterLoops, sortLoops } from "../core/loops";
import { BoardHeader } from "./board_header/board_header";
import { BoardReader } from "./board_reader";
import { LoopRow } from "./loop_row/loop_row";

const LOOP_MODEL = "mes.pull.loop";
const ROWS_PER_PAGE = 50;
const ROWS_PER_WALL_PAGE = 12;
const TICK = 15 * 1000;
const WALL_PAGE_TIME = 20 * 1000;
const POLL_OFFLINE = 20 * 1000;

/** Every loop against its target, live. A number opens the records behind it. */
export class PullBoard extends Component {
    static template = "mes_pull.PullBoard";
    static components = { BoardHeader, LoopRow };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({
            loops: [],
            total: 0,
            loaded: false,
            error: "",
            filter: { text: "", status: "", locationId: 0, ...this.props.state?.filter },
            sort: this.props.state?.sort || "urgency",
            page: 0,
            now: Date.now(),
            clockOffset: 0,
            connection: { state: "connecting", since: 0 },
            canPlan: false,
            busyId: false,
            wall: false,
        });
        this.reader = new BoardReader({
            read: (domain, offset, limit) =>
                this.orm.silent.call(LOOP_MODEL, "get_board", [], { domain, offset, limit }),
            onData: (data) => this.onData(data),
            onError: (error) => this.onError(error),
            setTimer: (callback, delay) => browser.setTimeout(callback, delay),
            clearTimer: (timer) => browser.clearTimeout(timer),
        });
        this.useLive();
        this.useClock();
        useExternalListener(document, "fullscreenchange", () => this.onFullscreenChange());
        onWillStart(async () => {
            const [canPlan] = await Promise.all([
                user.hasGroup("mes_pull.mes_pull_group_planner"),
                this.reader.readAll(),
            ]);
            this.state.canPlan = canPlan;
        });
    }

    // ------------------------------------------------------------------
    // Live
    // ------------------------------------------------------------------

    useLive() {
        const busService = useService("bus_service");
        const onUpdate = (payload) => this.reader.request(payload?.loop_ids);
        const onConnect = () => {
            this.setConnection("live");
            this.reader.request();
        };
        const onDisconnect = () => this.setConnection("offline");
        useBus(busService, "BUS:CONNECT", onConnect);
        useBus(busService, "BUS:RECONNECT", onConnect);
        useBus(busService, "BUS:DISCONNECT", onDisconnect);
        useBus(busService, "BUS:RECONNECTING", onDisconnect);
        useExternalListener(browser, "offline", onDisconnect);
        useExternalListener(browser, "online", () => this.reader.request());
        onMounted(() => {
            busService.subscribe("mes_pull/update", onUpdate);
            busService.start();
            if (busService.workerState === "CONNECTED") {
                this.setConnection("live");
            }
        });
        onWillUnmount(() => {
            busService.unsubscribe("mes_pull/update", onUpdate);
            this.reader.stop();
        });
    }

    useClock() {
        const timers = [];
        onMounted(() => {
            timers.push(
                browser.setInterval(() => (this.state.now = Date.now()), TICK),
                browser.setInterval(() => this.turnWallPage(), WALL_PAGE_TIME),
                browser.setInterval(() => this.pollWhenOffline(), POLL_OFFLINE)
            );
        });
        onWillUnmount(() => {
            timers.forEach((timer) => browser.clearInterval(timer));
            this.releaseScreen();
        });
    }

    setConnection(state) {
        const { connection } = this.state;
        if (connection.state !== state) {
            this.state.connection = { state, since: Date.now() };
        }
    }

    /** Without the bus (a proxy may forbid it) the board still follows, only slower. */
    pollWhenOffline() {
        if (this.state.connection.state !== "live") {
            this.reader.request();
        }
    }

    onData({ loops, total, serverTime }) {
        const now = Date.now();
        Object.assign(this.state, { loops, total, now, loaded: true, error: "" });
        this.state.clockOffset = clockOffset(serverTime, now);
    }

    onError(error) {
        if (error instanceof ConnectionLostError) {
            this.setConnection("offline");
            this.state.error = this.state.loaded ? "" : _t("No connection. The board comes as soon as it is back.");
        } else {
            this.state.error = error.data?.message || error.message;
        }
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get totals() {
        return computeTotals(this.state.loops);
    }

    get locations() {
        return collectLocations(this.state.loops);
    }

    get found() {
        return sortLoops(filterLoops(this.state.loops, this.state.filter), this.state.sort);
    }

    /** @returns {{rows: Object[], page: number, pages: number, first: number, last: number}} */
    get view() {
        const { found } = this;
        const size = this.state.wall ? ROWS_PER_WALL_PAGE : ROWS_PER_PAGE;
        const page = computePage(found.length, this.state.page, size);
        return { ...page, count: found.length, rows: found.slice(page.first, page.last) };
    }

    setFilter(change) {
        Object.assign(this.state.filter, change);
        this.state.page = 0;
    }

    clearFilter() {
        this.setFilter({ text: "", status: "", locationId: 0 });
    }

    setPage(page) {
        this.state.page = page;
    }

    // ------------------------------------------------------------------
    // Wall screen
    // ------------------------------------------------------------------

    async toggleWall() {
        if (this.state.wall) {
            await this.leaveWall();
            return;
        }
        this.state.wall = true;
        this.state.page = 0;
        try {
            await document.documentElement.requestFullscreen?.();
            this.wakeLock = await browser.navigator.wakeLock?.request("screen");
        } catch {
            // Not allowed here: then it fills the window.
        }
    }

    async leaveWall() {
        this.state.wall = false;
        this.state.page = 0;
        this.releaseScreen();
        if (document.fullscreenElement) {
            await document.exitFullscreen();
        }
    }

    onFullscreenChange() {
        if (!document.fullscreenElement && this.state.wall) {
            this.leaveWall();
        }
    }

    releaseScreen() {
        this.wakeLock?.release().catch(() => {});
        this.wakeLock = null;
    }

    turnWallPage() {
        if (this.state.wall) {
            const { page, pages } = this.view;
            this.state.page = (page + 1) % pages;
        }
    }

    // ------------------------------------------------------------------
    // Actions
    // ------------------------------------------------------------------

    /** Leaves the wall screen, because the navigation bar is behind it. */
    async open(action) {
        if (this.state.wall) {
            await this.leaveWall();
        }
        return this.action.doAction(action);
    }

    async openFigure(loop, figure) {
        this.open(await this.orm.call(LOOP_MODEL, "action_open_figure", [[loop.id], figure]));
    }

    openRecord(model, id) {
        return this.open({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    openLoop(loop) {
        return this.openRecord(LOOP_MODEL, loop.id);
    }

    openDocument(document) {
        return this.openRecord(document.model, document.id);
    }

    createLoop() {
        return this.openRecord(LOOP_MODEL, false);
    }

    async replenish(loop) {
        this.state.busyId = loop.id;
        try {
            const signals = await this.orm.call(LOOP_MODEL, "action_replenish", [[loop.id]]);
            const ordered = signals?.length;
            this.notification.add(
                ordered
                    ? _t("Ordered for %(product)s.", { product: loop.product })
                    : _t("Nothing is missing of %(product)s: what is there or on order is enough.", {
                          product: loop.product,
                      }),
                { type: ordered ? "success" : "info" }
            );
        } finally {
            this.state.busyId = false;
            this.reader.request([loop.id]);
        }
    }
}

registry.category("actions").add("mes_pull.board", PullBoard);
