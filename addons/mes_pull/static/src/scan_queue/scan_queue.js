/**
 * The queue between a scan and the server.
 *
 * 1. `add` gives the scan its key and writes it to the storage before anything is sent.
 * 2. One entry is in flight at a time, oldest first.
 * 3. An answer of the server (right or wrong) removes the entry and is reported.
 * 4. No answer (connection lost, timeout, server fault) leaves it; it is sent again with
 *    the same key and the same arguments, after a growing pause. The server answers a key
 *    that it knows with its first result, so a repeated scan cannot book twice.
 * 5. A fault that the server repeats MAX_FAULTS times parks the entry: it stays, visible, to
 *    be retried or discarded by a person, and the entries behind it go on.
 * 6. An expired session stops the queue until `resume`.
 *
 * Storage, sending, clock and timer are injected; the class knows nothing of the page.
 */

export const MAX_FAULTS = 5;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;

/** How an attempt ended; `send` may throw a QueueError with one of these. */
export const OUTCOME = {
    offline: "offline",
    fault: "fault",
    session: "session",
};

export class QueueError extends Error {
    /**
     * @param {string} outcome one of OUTCOME
     * @param {string} [message]
     */
    constructor(outcome, message = "") {
        super(message);
        this.outcome = outcome;
    }
}

/**
 * One storage item per scan, so that two tabs of the same user don't overwrite each other.
 * When the browser refuses (full, private mode) the scan stays in memory and `lossy` says so.
 */
export class QueueStore {
    /**
     * @param {Storage} storage localStorage or anything like it
     * @param {string} prefix
     */
    constructor(storage, prefix) {
        this.storage = storage;
        this.prefix = `${prefix}:`;
        this.memory = new Map();
    }

    get lossy() {
        return this.memory.size > 0;
    }

    /** @returns {Object[]} all entries, oldest first */
    load() {
        const entries = [...this.memory.values()];
        for (const name of this._names()) {
            const entry = parseEntry(this.storage.getItem(name));
            if (entry) {
                entries.push(entry);
            }
        }
        return entries.sort((a, b) => a.seq - b.seq || (a.key < b.key ? -1 : 1));
    }

    save(entry) {
        try {
            this.storage.setItem(this.prefix + entry.key, JSON.stringify(entry));
            this.memory.delete(entry.key);
        } catch {
            this.memory.set(entry.key, entry);
        }
    }

    has(key) {
        if (this.memory.has(key)) {
            return true;
        }
        try {
            return this.storage.getItem(this.prefix + key) !== null;
        } catch {
            return false;
        }
    }

    remove(key) {
        this.memory.delete(key);
        try {
            this.storage.removeItem(this.prefix + key);
        } catch {
            // What cannot be read could not be written either.
        }
    }

    _names() {
        try {
            const names = [];
            for (let index = 0; index < this.storage.length; index++) {
                names.push(this.storage.key(index));
            }
            return names.filter((name) => name.startsWith(this.prefix));
        } catch {
            return [];
        }
    }
}

function parseEntry(text) {
    try {
        const entry = JSON.parse(text);
        return entry?.key && entry.method ? entry : null;
    } catch {
        return null;
    }
}

export class ScanQueue {
    /**
     * @param {Object} options
     * @param {QueueStore} options.store
     * @param {(entry: Object) => Promise<Object>} options.send resolves with the server's result;
     *      throws QueueError
     * @param {() => string} options.makeKey
     * @param {(entry: Object, result: Object) => void} [options.onResult]
     * @param {() => void} [options.onChange]
     * @param {() => number} [options.now]
     * @param {Function} [options.setTimer]
     * @param {Function} [options.clearTimer]
     * @param {(work: () => Promise) => Promise} [options.exclusively] one tab at a time
     */
    constructor({
        store,
        send,
        makeKey,
        onResult = () => {},
        onChange = () => {},
        now = () => Date.now(),
        setTimer = (callback, delay) => setTimeout(callback, delay),
        clearTimer = (timer) => clearTimeout(timer),
        exclusively = (work) => work(),
    }) {
        Object.assign(this, { store, send, makeKey, onResult, onChange, now });
        Object.assign(this, { setTimer, clearTimer, exclusively });
        this.entries = store.load();
        this.sendingKey = null;
        this.offlineSince = null;
        this.retryAt = null;
        this.sessionExpired = false;
        this.failures = 0;
        this.timer = null;
        this.running = null;
    }

    /** @returns {number} scans without an answer, the one in flight included */
    get waitingCount() {
        return this.entries.filter((entry) => !entry.parked).length;
    }

    get parked() {
        return this.entries.filter((entry) => entry.parked);
    }

    /** @returns {boolean} scans may be lost with this page, because the storage refused them */
    get lossy() {
        return this.store.lossy;
    }

    // ------------------------------------------------------------------
    // What the screen does
    // ------------------------------------------------------------------

    /**
     * @param {{method: string, args: Object, label?: string}} scan `args` are the keyword
     *      arguments of the server's method without its key
     * @returns {Object} the stored entry
     */
    add({ method, args, ...rest }) {
        const last = this.entries.at(-1);
        const entry = {
            ...rest,
            method,
            args,
            key: this.makeKey(),
            seq: Math.max(this.now(), last ? last.seq + 1 : 0),
            attempts: 0,
            faults: 0,
            parked: false,
        };
        this.entries.push(entry);
        this.store.save(entry);
        this.onChange();
        this.drain();
        return entry;
    }

    /** Try at once, whatever pause is running. */
    resume() {
        this.sessionExpired = false;
        this._stopTimer();
        return this.drain();
    }

    /** Give a parked entry another chance. */
    retry(key) {
        const entry = this._find(key);
        if (entry) {
            this._update(entry, { parked: false, faults: 0 });
            this.resume();
        }
    }

    /**
     * Forget a scan that was never sent, or one that the server cannot take.
     *
     * @returns {boolean} false when it may have reached the server already
     */
    discard(key) {
        const entry = this._find(key);
        if (!entry || !this.canDiscard(entry)) {
            return false;
        }
        this._remove(entry);
        return true;
    }

    canDiscard(entry) {
        return entry.key !== this.sendingKey && (entry.parked || !entry.attempts);
    }

    /**
     * Change entries that have not been sent yet, e.g. after a location scan before them
     * was answered.
     *
     * @param {(entry: Object) => Object|null} change new values of its arguments
     */
    amendUnsent(change) {
        for (const entry of this.entries) {
            const args = entry.attempts ? null : change(entry);
            if (args) {
                this._update(entry, { args: { ...entry.args, ...args } });
            }
        }
    }

    /** Another tab wrote to the storage: show what it added, forget what it sent. */
    reload() {
        const known = new Map(this.entries.map((entry) => [entry.key, entry]));
        this.entries = this.store.load().map((entry) => known.get(entry.key) || entry);
        this.onChange();
    }

    stop() {
        this._stopTimer();
    }

    // ------------------------------------------------------------------
    // Sending
    // ------------------------------------------------------------------

    /** @returns {Promise<void>} when nothing can be sent any more */
    drain() {
        if (!this.running && !this.timer && !this.sessionExpired) {
            // Not before the caller is done, so that a change during it cannot start a second run.
            this.running = Promise.resolve()
                .then(() => this._drain())
                .finally(() => {
                    this.running = null;
                    this.onChange();
                });
        }
        return this.running || Promise.resolve();
    }

    async _drain() {
        for (let entry = this._next(); entry; entry = this._next()) {
            const goOn = await this.exclusively(() => this._attempt(entry));
            if (!goOn) {
                return;
            }
        }
    }

    _next() {
        return this.entries.find((entry) => !entry.parked);
    }

    /** @returns {Promise<boolean>} whether the next entry may follow */
    async _attempt(entry) {
        if (!this.store.has(entry.key)) {
            this._forget(entry);
            return true;
        }
        this.sendingKey = entry.key;
        this._update(entry, { attempts: entry.attempts + 1 });
        let result;
        try {
            result = await this.send(entry);
        } catch (error) {
            this.sendingKey = null;
            return this._onFailure(entry, error);
        }
        this.sendingKey = null;
        this._onAnswer(entry, result);
        return true;
    }

    _onAnswer(entry, result) {
        this.failures = 0;
        this.offlineSince = null;
        this._remove(entry);
        this.onResult(entry, result);
    }

    _onFailure(entry, error) {
        const outcome = error instanceof QueueError ? error.outcome : OUTCOME.fault;
        if (outcome === OUTCOME.session) {
            this.sessionExpired = true;
            this.onChange();
            return false;
        }
        if (outcome === OUTCOME.fault) {
            return this._onFault(entry, error);
        }
        this.offlineSince ||= this.now();
        this._pause();
        return false;
    }

    _onFault(entry, error) {
        const faults = (entry.faults || 0) + 1;
        const parked = faults >= MAX_FAULTS;
        this._update(entry, { faults, parked, error: error.message || String(error) });
        if (!parked) {
            this._pause();
        }
        return parked;
    }

    _pause() {
        const pause = Math.min(FIRST_PAUSE * 2 ** this.failures, LONGEST_PAUSE);
        this.failures++;
        this.retryAt = this.now() + pause;
        this.timer = this.setTimer(() => {
            this._stopTimer();
            this.drain();
        }, pause);
        this.onChange();
    }

    _stopTimer() {
        if (this.timer) {
            this.clearTimer(this.timer);
        }
        this.timer = null;
        this.retryAt = null;
    }

    // ------------------------------------------------------------------
    // Entries
    // ------------------------------------------------------------------

    _find(key) {
        return this.entries.find((entry) => entry.key === key);
    }

    _update(entry, values) {
        Object.assign(entry, values);
        this.store.save(entry);
        this.onChange();
    }

    _remove(entry) {
        this.store.remove(entry.key);
        this._forget(entry);
    }

    _forget(entry) {
        this.entries = this.entries.filter((other) => other.key !== entry.key);
        this.onChange();
    }
}
