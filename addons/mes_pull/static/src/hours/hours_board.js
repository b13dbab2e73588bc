import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { clockOffset } from "../core/format";
import { formatDay, missedSlots, moveDay } from "../core/hours";
import { connectionText, useLive, useNews, useWall } from "../core/live";
import { computePage } from "../core/loops";
import { Refresher } from "../core/refresher";
import { HoursCenter } from "./hours_center/hours_center";
import { LossDialog } from "./loss_dialog/loss_dialog";

const SLOT_MODEL = "mes.pull.slot";
const STORAGE_KEY = "mes_pull.hours.workcenter";
const CENTERS_PER_PAGE = 24;
const WALL_CARD = { width: 556, height: 620 };
const TICK = 15 * 1000;
const WALL_PAGE_TIME = 20 * 1000;
const POLL = { live: 5 * 60 * 1000, offline: 20 * 1000 };

/** What is due and done, hour by hour, at every work centre; live. A tap on a missed hour asks why. */
export class HoursBoard extends Component {
    static template = "mes_pull.HoursBoard";
    static components = { HoursCenter };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({
            centers: [],
            losses: [],
            names: {},
            centerId: Number(browser.localStorage.getItem(STORAGE_KEY)) || 0,
            date: false,
            loaded: false,
            error: "",
            now: Date.now(),
            clockOffset: 0,
            page: 0,
            canPlan: false,
        });
        this.refresher = new Refresher(() => this.read(), {
            setTimer: (callback, delay) => browser.setTimeout(callback, delay),
            clearTimer: (timer) => browser.clearTimeout(timer),
        });
        this.connection = useLive("mes_pull/hours", {
            onUpdate: (payload) => this.onUpdate(payload),
            onAgain: () => this.refresher.request(),
        });
        useNews("mes_pull/calls", () => this.refresher.request());
        this.wall = useWall();
        this.useClock();
        onWillStart(async () => {
            const [canPlan] = await Promise.all([user.hasGroup("mrp.group_mrp_user"), this.refresher.now()]);
            this.state.canPlan = canPlan;
        });
    }

    useClock() {
        let sinceRead = 0;
        const timers = [];
        const tick = () => {
            this.state.now = Date.now();
            sinceRead += TICK;
            if (sinceRead >= (this.connection.state === "live" ? POLL.live : POLL.offline)) {
                sinceRead = 0;
                this.refresher.request();
            }
        };
        onMounted(() => {
            timers.push(
                browser.setInterval(tick, TICK),
                browser.setInterval(() => this.turnPage(), WALL_PAGE_TIME)
            );
        });
        onWillUnmount(() => {
            timers.forEach((timer) => browser.clearInterval(timer));
            this.refresher.stop();
        });
    }

    // ------------------------------------------------------------------
    // Reading
    // ------------------------------------------------------------------

    onUpdate(payload) {
        const { centerId } = this.state;
        if (!centerId || !payload?.workcenter_ids || payload.workcenter_ids.includes(centerId)) {
            this.refresher.request();
        }
    }

    async read() {
        const { centerId, date } = this.state;
        try {
            const data = await this.orm.silent.call(SLOT_MODEL, "get_hours", [], {
                date,
                workcenter_ids: centerId ? [centerId] : false,
            });
            const now = Date.now();
            for (const { id, name } of data.workcenters) {
                this.state.names[id] = name;
            }
            Object.assign(this.state, { centers: data.workcenters, losses: data.losses, now, loaded: true, error: "" });
            this.state.clockOffset = clockOffset(data.server_time, now);
        } catch (error) {
            this.onError(error);
        }
    }

    onError(error) {
        if (error instanceof ConnectionLostError) {
            this.connection.set("offline");
            this.state.error = this.state.loaded ? "" : _t("No connection. The board comes as soon as it is back.");
        } else {
            this.state.error = error.data?.message || error.message;
        }
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get serverNow() {
        return this.state.now + this.state.clockOffset;
    }

    get connectionText() {
        return connectionText(this.connection, this.state.now);
    }

    get dayText() {
        return formatDay(this.state.date, !this.state.date);
    }

    get choices() {
        return Object.entries(this.state.names)
            .map(([id, name]) => ({ id: Number(id), name }))
            .sort((a, b) => a.name.localeCompare(b.name));
    }

    get pageSize() {
        if (!this.wall.on) {
            return CENTERS_PER_PAGE;
        }
        const fits = (room, size) => Math.max(1, Math.floor(room / size));
        return fits(browser.innerWidth, WALL_CARD.width) * fits(browser.innerHeight, WALL_CARD.height);
    }

    get view() {
        const { centers, page } = this.state;
        const paging = computePage(centers.length, page, this.pageSize);
        return { ...paging, centers: centers.slice(paging.first, paging.last) };
    }

    turnPage() {
        if (this.wall.on) {
            const { page, pages } = this.view;
            this.state.page = (page + 1) % pages;
        }
    }

    setPage(page) {
        this.state.page = page;
    }

    chooseCenter(ev) {
        this.state.centerId = Number(ev.target.value);
        this.state.page = 0;
        browser.localStorage.setItem(STORAGE_KEY, this.state.centerId || "");
        return this.refresher.now();
    }

    /** @param {number} days how many later; 0 is today */
    moveDay(days) {
        const today = luxon.DateTime.now().toISODate();
        const date = days ? moveDay(this.state.date || this.state.centers[0]?.date || today, days) : false;
        this.state.date = date === today ? false : date;
        return this.refresher.now();
    }

    // ------------------------------------------------------------------
    // Actions
    // ------------------------------------------------------------------

    askCause(center, hour) {
        const [first] = hour.items.filter((item) => item.loss_id).concat(hour.items);
        this.dialog.add(LossDialog, {
            title: _t("%(center)s, %(hour)s: why was it missed?", { center: center.name, hour: hour.label }),
            losses: this.state.losses,
            lossId: first.loss_id,
            note: first.note,
            onChoose: async (lossId, note) => {
                await this.orm.call(SLOT_MODEL, "action_set_loss", [missedSlots(hour), lossId], { note });
                await this.refresher.now();
            },
        });
    }

    async openOrder(id) {
        if (this.wall.on) {
            await this.wall.leave();
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "mrp.production",
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

registry.category("actions").add("mes_pull.hours", HoursBoard);
