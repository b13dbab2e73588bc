import { Component, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Beeper } from "../core/beeper";
import { formatWithUnit, shortPlace } from "../core/format";
import { filterLoops, mergeLoops, sortLoops } from "../core/loops";
import { QuantityPad } from "../quantity_pad/quantity_pad";
import { callStation, classifyError, makeRefusal, STATION_MODEL } from "../scan_queue/send_scan";
import { LoopTile } from "./loop_tile/loop_tile";
import { QueueStatus } from "./queue_status/queue_status";
import { ResultPanel } from "./result_panel/result_panel";
import { ScanBar } from "./scan_bar/scan_bar";
import { ScanList } from "./scan_list/scan_list";

const TILES = 60;
const LAST_SCANS = 20;
const REFRESH_DELAY = 500;

/**
 * The operator's screen.
 *
 * 1. (once) scan the badge, scan or choose the place where the parts go
 * 2. scan the card or the product, or tap its tile and confirm the quantity
 * 3. look: green is booked, amber is booked with a note, red is not booked
 */
export class PullStation extends Component {
    static template = "mes_pull.PullStation";
    static components = { Dropdown, DropdownItem, LoopTile, QueueStatus, ResultPanel, ScanBar, ScanList };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.scans = useService("mes_pull.scan_queue");
        this.queue = useState(this.scans.state);
        this.beeper = new Beeper();
        Object.assign(this, { formatWithUnit, shortPlace });
        this.rootRef = useRef("root");
        this.state = useState({
            mode: "withdraw",
            text: "",
            quantity: null,
            loops: [],
            places: [],
            withdrawals: [],
            user: "",
            company: "",
            loaded: false,
            loadError: "",
            muted: this.beeper.muted,
            undoingId: false,
            result: {
                status: "idle",
                message: _t("Scan a card, a product or a place, or tap a product."),
                sequence: 0,
            },
        });
        this.refresh = debounce(() => this.load(), REFRESH_DELAY);
        this.useInputs();
        onWillStart(() => this.load());
    }

    useInputs() {
        const busService = useService("bus_service");
        const onUpdate = () => this.refresh();
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => this.onBarcode(ev.detail.barcode));
        useBus(this.scans.bus, "result", (ev) => this.onResult(ev.detail));
        const detach = this.scans.attach();
        busService.subscribe("mes_pull/update", onUpdate);
        busService.start();
        onWillUnmount(() => {
            busService.unsubscribe("mes_pull/update", onUpdate);
            this.refresh.cancel();
            this.beeper.close();
            detach();
        });
    }

    // ------------------------------------------------------------------
    // Reading
    // ------------------------------------------------------------------

    async load() {
        let data;
        try {
            data = await this.orm.silent.call(STATION_MODEL, "get_state", [], { limit: LAST_SCANS });
        } catch (error) {
            this.state.loadError = this.describeLoadError(error);
            return;
        }
        const { loops, places, withdrawals, user, company } = data;
        Object.assign(this.state, { loops, places, withdrawals, user, loadError: "", loaded: true });
        this.state.company = company?.name || "";
    }

    describeLoadError(error) {
        if (error instanceof ConnectionLostError) {
            return _t("No connection: the figures may be old. Scans are kept and sent later.");
        }
        return error.data?.message || error.message;
    }

    get tiles() {
        const found = filterLoops(this.state.loops, { text: this.state.text });
        return sortLoops(found, "product");
    }

    get shownTiles() {
        return this.tiles.slice(0, TILES);
    }

    get hiddenTileCount() {
        return Math.max(0, this.tiles.length - TILES);
    }

    get isReturn() {
        return this.state.mode === "return";
    }

    get waiting() {
        return this.queue.entries.filter((entry) => !entry.parked).reverse();
    }

    get canUndoResult() {
        const { status, kind, withdrawal_id, undone } = this.state.result;
        return ["ok", "warning"].includes(status) && kind === "withdrawal" && Boolean(withdrawal_id) && !undone;
    }

    // ------------------------------------------------------------------
    // Scans
    // ------------------------------------------------------------------

    /** @param {string} barcode from the scanner, the camera or the field */
    onBarcode(barcode) {
        const args = { barcode: barcode.trim() };
        if (this.state.quantity !== null) {
            args.quantity = this.state.quantity;
        }
        this.state.quantity = null; // a chosen quantity counts for one scan
        this.book(this.isReturn ? "give_back" : "scan", args, args.barcode);
    }

    onTile(loop) {
        if (this.isReturn) {
            this.showResult(makeRefusal(_t("Scan the card or the product of what comes back.")));
            return;
        }
        this.dialog.add(QuantityPad, {
            title: loop.product,
            quantity: this.state.quantity ?? loop.container_qty,
            container: loop.container_qty,
            available: loop.on_hand,
            uom: loop.uom,
            confirmLabel: _t("Withdraw"),
            onConfirm: (quantity) => {
                this.state.quantity = null;
                this.book("withdraw", { loop_id: loop.id, quantity }, loop.product);
            },
        });
    }

    book(method, args, label) {
        this.scans.add({ method, args, label });
        if (this.queue.offlineSince || this.queue.sessionExpired) {
            this.showResult({ status: "kept", message: label, quantity: args.quantity });
            this.beeper.play("warning");
        } else {
            this.showResult({ status: "sending", message: label });
        }
    }

    onResult({ result }) {
        if (result.loop) {
            this.state.loops = mergeLoops(this.state.loops, [result.loop], [result.loop.id]);
        }
        this.showResult(result);
        this.beeper.play(result.status);
        this.refresh();
    }

    showResult(result) {
        this.state.result = { ...result, sequence: this.state.result.sequence + 1 };
        this.rootRef.el?.scrollTo({ top: 0 }); // the answer must be seen, wherever the list was scrolled to
    }

    // ------------------------------------------------------------------
    // Undo
    // ------------------------------------------------------------------

    async onUndo(withdrawalId) {
        if (this.state.undoingId) {
            return;
        }
        this.state.undoingId = withdrawalId;
        let result;
        try {
            result = await callStation("undo", { withdrawal_id: withdrawalId });
        } catch (error) {
            const offline = _t("No connection: nothing was undone. Try again when it is back.");
            result = classifyError(error).result || makeRefusal(error.data?.message || offline);
        }
        this.state.undoingId = false;
        this.onResult({ entry: null, result });
    }

    // ------------------------------------------------------------------
    // Header
    // ------------------------------------------------------------------

    setMode(mode) {
        this.state.mode = mode;
        this.state.quantity = null;
    }

    openQuantityPad() {
        this.dialog.add(QuantityPad, {
            title: _t("Quantity of the next scan"),
            quantity: this.state.quantity ?? undefined,
            onConfirm: (quantity) => {
                this.state.quantity = quantity;
            },
            onReset: () => {
                this.state.quantity = null;
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

registry.category("actions").add("mes_pull.station", PullStation);
