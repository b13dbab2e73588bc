import { mergeLoops } from "../core/loops";

export const PAGE_SIZE = 200;
export const MAX_LOOPS = 2000;
const GATHER_DELAY = 250;

/**
 * Reads the board: everything once, later only the loops that changed. Requests that come in
 * quick succession are gathered into one, and there is one reading at a time, so that an older
 * answer never replaces a newer one.
 */
export class BoardReader {
    /**
     * @param {Object} options
     * @param {(domain: Array, offset: number, limit: number) => Promise<Object>} options.read
     *      the server's `get_board`
     * @param {(data: {loops: Object[], total: number, serverTime: string}) => void} options.onData
     * @param {(error: Error) => void} options.onError
     */
    constructor({ read, onData, onError, setTimer = setTimeout, clearTimer = clearTimeout }) {
        Object.assign(this, { read, onData, onError, setTimer, clearTimer });
        this.loops = [];
        this.total = 0;
        this.domain = [];
        this.everything = false;
        this.ids = new Set();
        this.timer = null;
        this.reading = null;
        this.stopped = false;
    }

    /** Read all loops of the domain now. */
    readAll(domain = this.domain) {
        this.domain = domain;
        this.everything = true;
        return this._flush();
    }

    /** Some loops changed: read them soon. Without ids everything is read. */
    request(ids) {
        if (ids?.length) {
            ids.forEach((id) => this.ids.add(id));
        } else {
            this.everything = true;
        }
        if (!this.timer && !this.stopped) {
            this.timer = this.setTimer(() => this._flush(), GATHER_DELAY);
        }
    }

    stop() {
        this.stopped = true;
        this._clearTimer();
    }

    _clearTimer() {
        this.clearTimer(this.timer);
        this.timer = null;
    }

    _flush() {
        this._clearTimer();
        this.reading ||= this._work().finally(() => {
            this.reading = null;
        });
        return this.reading;
    }

    async _work() {
        while (!this.stopped && (this.everything || this.ids.size)) {
            const ids = this.everything ? null : [...this.ids];
            this.everything = false;
            this.ids.clear();
            try {
                const serverTime = ids ? await this._readSome(ids) : await this._readAll();
                this.onData({ loops: this.loops, total: this.total, serverTime });
            } catch (error) {
                this.onError(error);
                return;
            }
        }
    }

    async _readAll() {
        const loops = [];
        let page;
        do {
            page = await this.read(this.domain, loops.length, PAGE_SIZE);
            loops.push(...page.loops);
        } while (page.loops.length && loops.length < Math.min(page.total, MAX_LOOPS));
        this.loops = mergeLoops([], loops, []);
        this.total = page.total;
        return page.server_time;
    }

    async _readSome(ids) {
        const page = await this.read([...this.domain, ["id", "in", ids]], 0, ids.length);
        const before = this.loops.length;
        this.loops = mergeLoops(this.loops, page.loops, ids);
        this.total += this.loops.length - before;
        return page.server_time;
    }
}
