const GATHER_DELAY = 250;

/**
 * Reads again when asked, at most one reading at a time; requests in quick succession are gathered into one, so that
 * an older answer never replaces a newer one.
 */
export class Refresher {
    /**
     * @param {() => Promise<void>} read
     * @param {{setTimer?: Function, clearTimer?: Function}} [timers]
     */
    constructor(read, { setTimer = setTimeout, clearTimer = clearTimeout } = {}) {
        Object.assign(this, { read, setTimer, clearTimer });
        this.timer = null;
        this.reading = null;
        this.wanted = false;
        this.stopped = false;
    }

    /** Read soon. */
    request() {
        if (!this.timer && !this.stopped) {
            this.timer = this.setTimer(() => this.now(), GATHER_DELAY);
        }
    }

    /** Read now, or once more behind the reading that is under way. */
    now() {
        this.clearTimer(this.timer);
        this.timer = null;
        this.wanted = true;
        this.reading ||= this._work().finally(() => {
            this.reading = null;
        });
        return this.reading;
    }

    stop() {
        this.stopped = true;
        this.clearTimer(this.timer);
        this.timer = null;
    }

    async _work() {
        while (this.wanted && !this.stopped) {
            this.wanted = false;
            await this.read();
        }
    }
}
