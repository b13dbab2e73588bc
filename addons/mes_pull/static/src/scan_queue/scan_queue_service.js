import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";
import { makeUuid } from "../core/uuid";
import { QueueStore, ScanQueue } from "./scan_queue";
import { sendScan } from "./send_scan";
import { StationContext } from "./station_context";

/**
 * Keeps the scan queue of this user in this database for as long as the web client is open,
 * so that scans of a lost connection are sent even after the person left the station.
 *
 * `state` is reactive; `bus` triggers "result" with `{ entry, result }`.
 */
export const scanQueueService = {
    dependencies: ["notification"],

    start(env, { notification }) {
        const bus = new EventBus();
        const owner = `${session.db || ""}:${user.userId || 0}`;
        const lockName = `mes_pull.queue:${owner}`;
        const store = new QueueStore(browser.localStorage, `mes_pull.queue:${owner}`);
        const context = new StationContext(browser.sessionStorage, `mes_pull.station:${owner}`);
        const state = reactive({
            entries: [],
            sendingKey: null,
            offlineSince: null,
            retryAt: null,
            sessionExpired: false,
            lossy: false,
            destination: context.get("destination"),
            operator: context.get("operator"),
        });
        let screens = 0;

        const queue = new ScanQueue({
            store,
            send: sendScan,
            makeKey: makeUuid,
            setTimer: (callback, delay) => browser.setTimeout(callback, delay),
            clearTimer: (timer) => browser.clearTimeout(timer),
            exclusively: (work) =>
                browser.navigator.locks?.request ? browser.navigator.locks.request(lockName, work) : work(),
            onResult,
            onChange: publish,
        });

        function publish() {
            Object.assign(state, {
                entries: queue.entries.map((entry) => ({ ...entry })),
                sendingKey: queue.sendingKey,
                offlineSince: queue.offlineSince,
                retryAt: queue.retryAt,
                sessionExpired: queue.sessionExpired,
                lossy: queue.lossy,
            });
        }

        function publishContext() {
            state.destination = context.get("destination");
            state.operator = context.get("operator");
        }

        function onResult(entry, result) {
            const amend = context.applyResult(entry, result);
            if (amend) {
                queue.amendUnsent(amend);
                publishContext();
            }
            bus.trigger("result", { entry, result });
            if (!screens) {
                notifyElsewhere(entry, result);
            }
        }

        /** The station is closed: say on whatever screen is open what became of the scan. */
        function notifyElsewhere(entry, result) {
            const type = { ok: "success", warning: "warning", error: "danger" }[result.status];
            notification.add(result.message, {
                title: _t("Pull scan %(scan)s", { scan: entry.label || "" }),
                type,
                sticky: result.status === "error",
            });
        }

        browser.addEventListener("online", () => queue.resume());
        browser.addEventListener("storage", (ev) => {
            if (ev.key?.startsWith(store.prefix)) {
                queue.reload();
            }
        });
        browser.addEventListener("beforeunload", (ev) => {
            if (queue.lossy) {
                ev.preventDefault();
            }
        });
        publish();
        if (queue.entries.length) {
            queue.drain();
        }

        return {
            bus,
            state,
            /**
             * @param {{method: string, args: Object, label: string, isPlain?: boolean}} scan `isPlain`: the
             *      destination and the operator chosen at the station do not concern it
             */
            add({ method, args, label, isPlain }) {
                const stamp = isPlain ? { args: {}, revisions: {} } : context.stamp(method);
                return queue.add({
                    method,
                    label,
                    args: { ...stamp.args, ...args },
                    revisions: stamp.revisions,
                    companyIds: user.activeCompanies.map((company) => company.id),
                });
            },
            choose(choice, value) {
                context.choose(choice, value);
                publishContext();
            },
            canDiscard: (key) => {
                const entry = queue.entries.find((other) => other.key === key);
                return Boolean(entry) && queue.canDiscard(entry);
            },
            discard: (key) => queue.discard(key),
            retry: (key) => queue.retry(key),
            resume: () => queue.resume(),
            /** A station is on screen and shows the results itself. @returns {() => void} */
            attach() {
                screens++;
                return () => {
                    screens--;
                };
            },
        };
    },
};

registry.category("services").add("mes_pull.scan_queue", scanQueueService);
