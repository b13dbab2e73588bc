import { Component, markup, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatFloat } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FailDialog } from "./fail_dialog/fail_dialog";
import { nextSample } from "./measure";
import { MeasurePad } from "./measure_pad/measure_pad";

const MODEL = "mes.quality.station";
const RETRY_PAUSE = 2000;
const IMAGES = /\.(png|jpe?g|gif|webp|svg)$/i;

/**
 * The inspector's screen.
 *
 * 1. scan a lot, a transfer, an order or an inspection, or tap one in the list
 * 2. answer each question; the next piece follows when one is complete
 * 3. Pass or Fail
 *
 * What is sent is sent again, with the same key, until the server has answered.
 */
export class QualityTablet extends Component {
    static template = "mes_quality.Tablet";
    static components = {};
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.scanRef = useRef("scan");
        this.state = useState({
            todo: [],
            inspection: false,
            message: "",
            status: "ok",
            activeId: false,
            offline: false,
            busy: false,
            showSheet: false,
        });
        this.alive = true;
        const barcode = this.env.services.barcode;
        if (barcode) {
            useBus(barcode.bus, "barcode_scanned", (ev) => this.onScan(ev.detail.barcode));
        }
        onWillStart(() => this.load({ inspection_id: this.props.action.params?.inspection_id || null }));
        onWillUnmount(() => {
            this.alive = false;
        });
    }

    // ------------------------------------------------------------------
    // Reading
    // ------------------------------------------------------------------

    async load(kwargs = {}) {
        this.show(await this.orm.silent.call(MODEL, "get_state", [], kwargs));
    }

    show(answer) {
        const { status, message, todo, inspection } = answer;
        const opened = inspection && inspection.id !== this.state.inspection?.id;
        Object.assign(this.state, { status, message: status === "error" ? message : "", todo, inspection });
        if (opened || !inspection) {
            this.state.activeId = inspection?.lines?.[0]?.id || false;
        }
    }

    get inspection() {
        return this.state.inspection;
    }

    get isOpen() {
        return this.inspection?.state === "todo";
    }

    get samples() {
        return Array.from({ length: Math.min(this.inspection.sample_size, 60) }, (_, place) => place + 1);
    }

    get isTooBad() {
        return this.inspection.defect_count > this.inspection.accept_number;
    }

    get active() {
        return this.inspection.lines.find((line) => line.id === this.state.activeId);
    }

    get sheet() {
        return this.active?.instruction ? markup(this.active.instruction) : "";
    }

    get note() {
        return this.inspection.note ? markup(this.inspection.note) : "";
    }

    get worksheetUrl() {
        return `/web/content/mes.quality.characteristic/${this.active.characteristic_id}/worksheet`;
    }

    get isWorksheetImage() {
        return IMAGES.test(this.active.worksheet);
    }

    /** What the colour of a piece says, in words. */
    pieceLabel(sample) {
        const results = { pass: _t("good"), fail: _t("bad") };
        const piece = _t("Piece %s", sample);
        const result = results[this.inspection.done_samples[sample]];
        return result ? `${piece}, ${result}` : `${piece}`;
    }

    measureLabel(line) {
        const value = line.is_recorded ? `${this.formatNumber(line.value)} ${line.unit || ""}` : _t("not measured");
        const result = { pass: _t("good"), fail: _t("bad") }[line.result];
        return [line.name, value, result, line.limits].filter(Boolean).join(", ");
    }

    formatNumber(value) {
        return formatFloat(value || 0, { digits: [16, 6], trailingZeros: false });
    }

    // ------------------------------------------------------------------
    // Choosing
    // ------------------------------------------------------------------

    onScan(barcode) {
        return barcode.trim() ? this.load({ barcode: barcode.trim() }) : null;
    }

    onScanKeydown(ev) {
        if (ev.key === "Enter") {
            this.onScan(ev.target.value);
            ev.target.value = "";
        }
    }

    open(row) {
        return this.load({ inspection_id: row.id });
    }

    leave() {
        return this.load();
    }

    // ------------------------------------------------------------------
    // Recording
    // ------------------------------------------------------------------

    activate(line) {
        this.state.activeId = line.id;
    }

    answer(line, values) {
        this.activate(line);
        return this.send({ results: [{ line_id: line.id, ...values }], sample: this.inspection.sample });
    }

    measure(line) {
        this.activate(line);
        this.dialog.add(MeasurePad, {
            line,
            title: line.sample ? `${line.name} · ${line.sample}` : line.name,
            onConfirm: async (value) => {
                await this.answer(line, { value });
                this.goOn(line);
            },
        });
    }

    /** After a measure: the next one of this piece, or the next piece. */
    goOn(line) {
        const next = this.inspection?.lines?.find((one) => one.kind === "measure" && !one.is_recorded);
        if (!this.isOpen || !line.each_sample) {
            return;
        }
        if (next) {
            this.measure(next);
        } else if (Object.keys(this.inspection.done_samples).length < this.inspection.sample_size) {
            this.goTo(nextSample(this.inspection.sample, this.inspection.sample_size, this.inspection.done_samples));
        }
    }

    goTo(sample) {
        return this.send({ sample });
    }

    onDefects(line, ev) {
        const defects = Math.max(0, Math.round(Number(ev.target.value) || 0));
        return this.answer(line, { defects, verdict: defects ? "fail" : line.verdict });
    }

    onText(line, ev) {
        return this.answer(line, { text: ev.target.value });
    }

    async onPicture(line, ev) {
        const [file] = ev.target.files;
        if (file) {
            const url = await getDataURLFromFile(file);
            await this.answer(line, { picture: url.split(",")[1] });
        }
    }

    // ------------------------------------------------------------------
    // Deciding
    // ------------------------------------------------------------------

    pass() {
        return this.decide({ decision: "pass" });
    }

    fail() {
        this.dialog.add(FailDialog, {
            inspection: this.inspection,
            onConfirm: (values) => this.decide({ decision: "fail", ...values }),
        });
    }

    async decide(values) {
        const name = this.inspection.name;
        const answer = await this.send({ ...values, sample: this.inspection.sample, key: crypto.randomUUID() });
        if (answer?.status === "ok") {
            const passed = answer.inspection.state === "passed";
            const text = passed ? _t("%s has passed.", name) : _t("%s has failed.", name);
            this.notification.add(text, { type: passed ? "success" : "danger" });
            await this.leave();
        }
    }

    /** One call for all that is written; repeated with the same arguments until there is an answer. */
    async send(values) {
        if (this.state.busy) {
            return null;
        }
        this.state.busy = true;
        try {
            const answer = await this.insist({ inspection_id: this.inspection.id, ...values });
            if (answer) {
                this.show(answer);
            }
            return answer;
        } finally {
            this.state.busy = false;
        }
    }

    async insist(kwargs) {
        while (this.alive) {
            try {
                const answer = await this.orm.silent.call(MODEL, "record", [], kwargs);
                this.state.offline = false;
                return answer;
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
                this.state.offline = true;
                await new Promise((resolve) => browser.setTimeout(resolve, RETRY_PAUSE));
            }
        }
        return null;
    }
}

registry.category("actions").add("mes_quality.tablet", QualityTablet);
