import { onMounted, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatMoment } from "./format";

/**
 * Follow the bus: `onUpdate(payload)` at every message of the type, `onAgain()` when the connection is back.
 *
 * @param {string} type of the bus messages
 * @param {{onUpdate: Function, onAgain: Function}} callbacks
 * @returns {{state: "live"|"connecting"|"offline", since: number, set: Function}}
 */
export function useLive(type, { onUpdate, onAgain }) {
    const busService = useService("bus_service");
    const connection = useState({
        state: "connecting",
        since: 0,
        set(state) {
            if (connection.state !== state) {
                Object.assign(connection, { state, since: Date.now() });
            }
        },
    });
    const onConnect = () => {
        connection.set("live");
        onAgain();
    };
    const onDisconnect = () => connection.set("offline");
    useBus(busService, "BUS:CONNECT", onConnect);
    useBus(busService, "BUS:RECONNECT", onConnect);
    useBus(busService, "BUS:DISCONNECT", onDisconnect);
    useBus(busService, "BUS:RECONNECTING", onDisconnect);
    useExternalListener(browser, "offline", onDisconnect);
    useExternalListener(browser, "online", onAgain);
    onMounted(() => {
        busService.subscribe(type, onUpdate);
        busService.start();
        if (busService.workerState === "CONNECTED") {
            connection.set("live");
        }
    });
    onWillUnmount(() => busService.unsubscribe(type, onUpdate));
    return connection;
}

/** Hear about one more type of message, where `useLive` follows the connection. */
export function useNews(type, onUpdate) {
    const busService = useService("bus_service");
    onMounted(() => busService.subscribe(type, onUpdate));
    onWillUnmount(() => busService.unsubscribe(type, onUpdate));
}

/** The connection in words. */
export function connectionText({ state, since }, now) {
    if (state === "live") {
        return _t("Live");
    }
    if (state === "offline") {
        const text = new Date(since).toISOString().slice(0, 19).replace("T", " ");
        return _t("Offline since %(time)s", { time: formatMoment(text, now) });
    }
    return _t("Connecting");
}

/**
 * A screen on the wall: fills the window and keeps the display awake.
 *
 * @returns {{on: boolean, toggle: () => Promise<void>, leave: () => Promise<void>}}
 */
export function useWall() {
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
