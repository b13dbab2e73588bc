import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Beeper } from "../core/beeper";
import { countCalls, filterCalls, findPlace, groupCalls, mergeCall, pendingCallIds } from "../core/calls";
import { clockOffset, shortPlace } from "../core/format";
import { connectionText, useLive, useWall } from "../core/live";
import { Refresher } from "../core/refresher";
import { QuantityPad } from "../quantity_pad/quantity_pad";
import { QueueStatus } from "../station/queue_status/queue_status";
import { ResultPanel } from "../station/result_panel/result_panel";
import { ScanBar } from "../station/scan_bar/scan_bar";
import { CallCard } from "./call_card/call_card";
import { ShortDialog } from "./short_dialog/short_dialog";

const CALL_MODEL = "mes.pull.call";
const STORAGE_KEY = "mes_pull.calls.place";
const TICK = 15 * 1000;
const POLL = { live: 5 * 60 * 1000, offline: 20 * 1000 };

/**
 * The warehouse's screen.
 *
 * 1. scan the place, or choose it, if you serve only one
 * 2. scan the part (or tap Confirm at a call): green is booked, red is not
 * 3. Not enough: say whether there is none, a part, or another part
 */
export class CallsScreen extends Component {
    static template = "mes_pull.CallsScreen";
    static components = { CallCard, QueueStatus, ResultPanel, ScanBar };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.scans = useService("mes_pull.scan_queue");
        this.queue = useState(this.scans.state);
        this.beeper = new Beeper();
        this.rootRef = useRef("root");
        this.shortPlace = shortPlace;
        this.state = useState({
            calls: [],
            places: [],
            total: 0,
            placeId: Number(browser.localStorage.getItem(STORAGE_KEY)) || 0,
            status: "",
            text: "",
            quantity: null,
            loaded: false,
            error: "",
            now: Date.now(),
            clockOffset: 0,
            muted: this.beeper.muted,
            result: { status: "idle", message: _t("Scan a part or a place, or tap a call."), sequence: 0 },
        });
        this.refresher = new Refresher(() => this.read(), {
            setTimer: (callback, delay) => browser.setTimeout(callback, delay),
            clearTimer: (timer) => browser.clearTimeout(timer),
        });
        this.connection = useLive("mes_pull/calls", {
            onUpdate: () => this.refresher.request(),
            onAgain: () => this.refresher.request(),
        });
        this.wall = useWall();
        this.useInputs();
        this.useClock();
        onWillStart(() => this.refresher.now());
    }

    useInputs() {
        this.isAnswering = false;
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => this.onScanned(ev.detail.barcode));
        useBus(this.scans.bus, "result", (ev) => this.onResult(ev.detail));
        const detach = this.scans.attach();
        onWillUnmount(() => {
            this.beeper.close();
            detach();
        });
    }

    useClock() {
        let sinceRead = 0;
        let timer = null;
        const tick = () => {
            this.state.now = Date.now();
            sinceRead += TICK;
            if (sinceRead >= (this.connection.state === "live" ? POLL.live : POLL.offline)) {
                sinceRead = 0;
                this.refresher.request();
            }
        };
        onMounted(() => {
            timer = browser.setInterval(tick, TICK);
        });
        onWillUnmount(() => {
            browser.clearInterval(timer);
            this.refresher.stop();
        });
    }

    // ------------------------------------------------------------------
    // Reading
    // ------------------------------------------------------------------

    async read() {
        try {
            const data = await this.orm.silent.call(CALL_MODEL, "get_calls", [], {});
            const now = Date.now();
            const { calls, places, total } = data;
            Object.assign(this.state, { calls, places, total, now, loaded: true, error: "" });
            this.state.clockOffset = clockOffset(data.server_time, now);
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                this.connection.set("offline");
                this.state.error = this.state.loaded ? "" : _t("No connection. The calls come as soon as it is back.");
            } else {
                this.state.error = error.data?.message || error.message;
            }
        }
    }

    get serverNow() {
        return this.state.now + this.state.clockOffset;
    }

    get connectionText() {
        return connectionText(this.connection, this.state.now);
    }

    get ofPlace() {
        return filterCalls(this.state.calls, { placeId: this.state.placeId }, this.serverNow);
    }

    get counts() {
        return countCalls(this.ofPlace, this.serverNow);
    }

    get groups() {
        return groupCalls(filterCalls(this.ofPlace, { status: this.state.status }, this.serverNow));
    }

    get pending() {
        return pendingCallIds(this.queue.entries);
    }

    // ------------------------------------------------------------------
    // Scans and answers
    // ------------------------------------------------------------------

    onScanned(barcode) {
        if (!this.isAnswering) {
            this.onBarcode(barcode);
        }
    }

    /** @param {string} text from the scanner, the camera or the field */
    onBarcode(text) {
        const barcode = text.trim();
        const place = findPlace(this.state.places, barcode);
        if (place) {
            this.setPlace(place.id);
            this.showResult({ status: "ok", kind: "call_place", message: place.name });
            this.beeper.play("ok");
            return;
        }
        const args = { barcode };
        if (this.state.placeId) {
            args.location_id = this.state.placeId;
        }
        if (this.state.quantity !== null) {
            args.quantity = this.state.quantity;
        }
        this.state.quantity = null; // a chosen quantity counts for one scan
        this.book("call_scan", args, barcode);
    }

    confirmCall(call) {
        this.dialog.add(QuantityPad, {
            title: call.product,
            quantity: call.left,
            available: call.usable.on_hand,
            uom: call.uom,
            confirmLabel: _t("Confirm"),
            onConfirm: (quantity) => this.book("call_confirm", { call_id: call.id, quantity }, call.product),
        });
    }

    answerShort(call) {
        const book = (args, note) =>
            this.book("call_short", { call_id: call.id, ...(note ? { note } : {}), ...args }, call.product);
        this.isAnswering = true; // what is scanned now is the other part
        const props = {
            call,
            onNone: (note) => book({ kind: "none" }, note),
            onPart: (note) =>
                this.dialog.add(QuantityPad, {
                    title: _t("%s: how many are there?", call.product),
                    uom: call.uom,
                    confirmLabel: _t("Confirm a part"),
                    onConfirm: (quantity) => book({ kind: "part", quantity }, note),
                }),
            onSubstitute: ({ productId, barcode }, note) =>
                book({ kind: "substitute", ...(productId ? { product_id: productId } : { barcode }) }, note),
        };
        const onClose = () => {
            this.isAnswering = false;
        };
        this.dialog.add(ShortDialog, props, { onClose });
    }

    book(method, args, label) {
        this.scans.add({ method, args, label, isPlain: true });
        if (this.queue.offlineSince || this.queue.sessionExpired) {
            this.showResult({ status: "kept", message: label, quantity: args.quantity });
            this.beeper.play("warning");
        } else {
            this.showResult({ status: "sending", message: label });
        }
    }

    onResult({ result }) {
        if (result.call) {
            this.state.calls = mergeCall(this.state.calls, result.call);
        }
        if (result.kind === "call_place") {
            this.setPlace(result.place_id);
        }
        this.showResult(result);
        this.beeper.play(result.status);
        this.refresher.request();
    }

    showResult(result) {
        this.state.result = { ...result, sequence: this.state.result.sequence + 1 };
        this.rootRef.el?.scrollTo({ top: 0 });
    }

    // ------------------------------------------------------------------
    // Header
    // ------------------------------------------------------------------

    setPlace(id) {
        this.state.placeId = id;
        browser.localStorage.setItem(STORAGE_KEY, id || "");
    }

    setStatus(status) {
        this.state.status = this.state.status === status ? "" : status;
    }

    openQuantityPad() {
        this.dialog.add(QuantityPad, {
            title: _t("Quantity of the next scan"),
            quantity: this.state.quantity ?? undefined,
            onConfirm: (quantity) => {
                this.state.quantity = quantity;
            },
        });
    }

    toggleMute() {
        this.state.muted = this.beeper.toggleMute();
        this.beeper.play("ok");
    }

    logIn() {
        const { pathname, search } = browser.location;
        browser.location.assign(`/web/login?redirect=${encodeURIComponent(pathname + search)}`);
    }
}

registry.category("actions").add("mes_pull.calls", CallsScreen);
