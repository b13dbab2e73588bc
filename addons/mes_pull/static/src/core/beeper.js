import { browser } from "@web/core/browser/browser";

const MUTE_KEY = "mes_pull.muted";

/** Notes per outcome: frequency in Hz, start and length in seconds. */
const TUNES = {
    ok: [[1320, 0, 0.12]],
    warning: [
        [740, 0, 0.14],
        [740, 0.2, 0.14],
    ],
    error: [
        [220, 0, 0.28],
        [165, 0.3, 0.4],
    ],
    info: [[990, 0, 0.07]],
};

/**
 * Plays a short tone for right and wrong. Right is one high note, wrong is two
 * low ones, so that they differ in rhythm as well as in pitch.
 */
export class Beeper {
    constructor() {
        this.context = null;
        this.muted = readMuted();
    }

    /** @returns {boolean} the new state */
    toggleMute() {
        this.muted = !this.muted;
        try {
            browser.localStorage.setItem(MUTE_KEY, this.muted ? "1" : "0");
        } catch {
            // A full or forbidden storage only forgets the choice.
        }
        return this.muted;
    }

    /** @param {"ok"|"warning"|"error"|"info"} outcome */
    play(outcome) {
        if (this.muted) {
            return;
        }
        try {
            this._play(TUNES[outcome] || TUNES.info, outcome === "error" ? "square" : "sine");
            browser.navigator.vibrate?.(outcome === "error" ? [120, 80, 120] : 60);
        } catch {
            // No sound device, or the browser wants a touch first: the colour remains.
        }
    }

    _play(tune, wave) {
        const AudioContext = window.AudioContext || window.webkitAudioContext;
        if (!AudioContext) {
            return;
        }
        this.context ||= new AudioContext();
        if (this.context.state === "suspended") {
            this.context.resume().catch(() => {});
        }
        const start = this.context.currentTime;
        for (const [frequency, delay, length] of tune) {
            const tone = this.context.createOscillator();
            const volume = this.context.createGain();
            tone.type = wave;
            tone.frequency.value = frequency;
            volume.gain.setValueAtTime(0.25, start + delay);
            volume.gain.exponentialRampToValueAtTime(0.001, start + delay + length);
            tone.connect(volume).connect(this.context.destination);
            tone.start(start + delay);
            tone.stop(start + delay + length);
        }
    }

    close() {
        this.context?.close().catch(() => {});
        this.context = null;
    }
}

function readMuted() {
    try {
        return browser.localStorage.getItem(MUTE_KEY) === "1";
    } catch {
        return false;
    }
}
