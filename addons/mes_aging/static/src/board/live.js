import { onMounted, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";

const QUIET = 400;
const PAUSE = 3 * 1000;
const POLL = 60 * 1000;

/**
 * Read again when the server says that something changed: soon, but not more often than every few seconds, and at most
 * one reading at a time. Once a minute in any case, since time itself changes the figures.
 *
 * @param {string} channel type of the bus messages
 * @param {() => Promise<void>} read
 * @returns {{state: "live"|"connecting"|"offline", read: () => Promise<void>}}
 */
export function useLiveReading(channel, read) {
    const bus = useService("bus_service");
    let timer = null;
    let poll = null;
    let last = 0;
    let reading = null;
    let isWanted = false;

    const work = async () => {
        while (isWanted) {
            isWanted = false;
            last = Date.now();
            await read();
        }
    };
    const readNow = () => {
        isWanted = true;
        reading ||= work().finally(() => (reading = null));
        return reading;
    };
    const live = useState({ state: "connecting", read: readNow });
    const readSoon = () => {
        browser.clearTimeout(timer);
        timer = browser.setTimeout(readNow, Math.max(QUIET, last + PAUSE - Date.now()));
    };
    const onConnect = () => {
        live.state = "live";
        readSoon();
    };
    const onDisconnect = () => (live.state = "offline");

    useBus(bus, "BUS:CONNECT", onConnect);
    useBus(bus, "BUS:RECONNECT", onConnect);
    useBus(bus, "BUS:DISCONNECT", onDisconnect);
    useBus(bus, "BUS:RECONNECTING", onDisconnect);
    useExternalListener(browser, "offline", onDisconnect);
    useExternalListener(browser, "online", readSoon);
    onMounted(() => {
        bus.subscribe(channel, readSoon);
        bus.start();
        if (bus.workerState === "CONNECTED") {
            live.state = "live";
        }
        poll = browser.setInterval(readNow, POLL);
    });
    onWillUnmount(() => {
        bus.unsubscribe(channel, readSoon);
        browser.clearTimeout(timer);
        browser.clearInterval(poll);
        isWanted = false;
    });
    return live;
}

/**
 * A screen on the wall: fills the window and keeps the display awake.
 *
 * @returns {{on: boolean, toggle: () => Promise<void>, leave: () => Promise<void>}}
 */
export function useWall(onChange) {
    let wakeLock = null;
    const release = () => {
        wakeLock?.release().catch(() => {});
        wakeLock = null;
    };
    const wall = useState({
        on: false,
        async toggle() {
            if (wall.on) {
                await wall.leave();
                return;
            }
            wall.on = true;
            onChange();
            try {
                await document.documentElement.requestFullscreen?.();
                wakeLock = await browser.navigator.wakeLock?.request("screen");
            } catch {
                // Not allowed here: then it fills the window.
            }
        },
        async leave() {
            wall.on = false;
            release();
            onChange();
            if (document.fullscreenElement) {
                await document.exitFullscreen();
            }
        },
    });
    useExternalListener(document, "fullscreenchange", () => {
        if (!document.fullscreenElement && wall.on) {
            wall.leave();
        }
    });
    onWillUnmount(release);
    return wall;
}
