import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { RPCError, ConnectionLostError } from "@web/core/network/rpc";
import { makeUuid } from "@mes_pull/core/uuid";
import { MAX_FAULTS, OUTCOME, QueueError, QueueStore, ScanQueue } from "@mes_pull/scan_queue/scan_queue";
import { classifyError, isStationResult, settleDuplicate } from "@mes_pull/scan_queue/send_scan";
import { StationContext } from "@mes_pull/scan_queue/station_context";

describe.current.tags("headless");

/** What localStorage does, as far as the queue uses it. */
class FakeStorage {
    constructor() {
        this.items = new Map();
        this.full = false;
    }
    get length() {
        return this.items.size;
    }
    key(index) {
        return [...this.items.keys()][index];
    }
    getItem(name) {
        return this.items.get(name) ?? null;
    }
    setItem(name, value) {
        if (this.full) {
            throw new Error("QuotaExceededError");
        }
        this.items.set(name, value);
    }
    removeItem(name) {
        this.items.delete(name);
    }
}

const OK = { status: "ok", message: "done" };
const offline = () => new QueueError(OUTCOME.offline);

let storage, sent, answers, results, timers, keys;

beforeEach(() => {
    storage = new FakeStorage();
    sent = [];
    answers = [];
    results = [];
    timers = [];
    keys = 0;
});

function makeQueue(options = {}) {
    return new ScanQueue({
        store: new QueueStore(storage, "queue:db:7"),
        makeKey: () => `key-${++keys}`,
        now: () => 1000,
        setTimer: (callback, delay) => timers.push({ callback, delay }),
        clearTimer: () => {},
        onResult: (entry, result) => results.push([entry.args.barcode, result.status]),
        send: async (entry) => {
            sent.push(`${entry.key}:${entry.args.barcode}`);
            const answer = answers.length ? answers.shift() : OK;
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        },
        ...options,
    });
}

const scan = (barcode) => ({ method: "scan", args: { barcode } });

test("a scan is in the storage before it is sent", async () => {
    let stored = 0;
    const queue = makeQueue({
        send: async () => {
            stored = storage.length;
            return OK;
        },
    });
    queue.add(scan("A"));
    await queue.drain();
    expect(stored).toBe(1);
    expect(storage.length).toBe(0);
});

test("scans are sent one at a time, in the order of scanning", async () => {
    let inFlight = 0;
    let most = 0;
    const queue = makeQueue({
        send: async (entry) => {
            most = Math.max(most, ++inFlight);
            await Promise.resolve();
            inFlight--;
            sent.push(entry.args.barcode);
            return OK;
        },
    });
    for (const barcode of ["A", "B", "C"]) {
        queue.add(scan(barcode));
    }
    await queue.drain();
    expect(sent).toEqual(["A", "B", "C"]);
    expect(most).toBe(1);
    expect(queue.waitingCount).toBe(0);
});

test("a lost connection keeps the scan, and it is sent again with its key", async () => {
    answers = [offline()];
    const queue = makeQueue();
    queue.add(scan("A"));
    queue.add(scan("B"));
    await queue.drain();
    expect(sent).toEqual(["key-1:A"]);
    expect(queue.waitingCount).toBe(2);
    expect(queue.offlineSince).toBe(1000);
    timers.at(-1).callback();
    await queue.drain();
    expect(sent).toEqual(["key-1:A", "key-1:A", "key-2:B"]);
    expect(results).toEqual([
        ["A", "ok"],
        ["B", "ok"],
    ]);
    expect(queue.offlineSince).toBe(null);
});

test("the pause grows up to a limit", async () => {
    const queue = makeQueue();
    answers = Array.from({ length: 8 }, offline);
    queue.add(scan("A"));
    await queue.drain();
    for (let round = 1; round < 8; round++) {
        timers.at(-1).callback();
        await queue.drain();
    }
    expect(timers.map((timer) => timer.delay)).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("resume does not wait for the pause", async () => {
    answers = [offline()];
    const queue = makeQueue();
    queue.add(scan("A"));
    await queue.drain();
    await queue.resume();
    expect(results).toEqual([["A", "ok"]]);
});

test("a scan during the pause waits behind the first", async () => {
    answers = [offline()];
    const queue = makeQueue();
    queue.add(scan("A"));
    await queue.drain();
    queue.add(scan("B"));
    await queue.drain();
    expect(sent).toEqual(["key-1:A"]);
});

test("what waits survives a reload of the page, with key and order", async () => {
    answers = [offline()];
    const first = makeQueue();
    first.add(scan("A"));
    first.add(scan("B"));
    await first.drain();
    const second = makeQueue();
    expect(second.waitingCount).toBe(2);
    second.add(scan("C"));
    await second.drain();
    expect(sent.slice(1)).toEqual(["key-1:A", "key-2:B", "key-3:C"]);
});

test("another user's scans are left alone", async () => {
    new QueueStore(storage, "queue:db:70").save({ key: "x", method: "scan", args: {}, seq: 1 });
    const queue = makeQueue();
    expect(queue.waitingCount).toBe(0);
    queue.add(scan("A"));
    await queue.drain();
    expect(storage.length).toBe(1);
});

test("a refusal is removed and reported, and the next scan goes on", async () => {
    answers = [{ status: "error", message: "unknown barcode" }];
    const queue = makeQueue();
    queue.add(scan("A"));
    queue.add(scan("B"));
    await queue.drain();
    expect(results).toEqual([
        ["A", "error"],
        ["B", "ok"],
    ]);
    expect(storage.length).toBe(0);
});

test("a fault of the server keeps the scan; repeated faults park it and free the rest", async () => {
    answers = Array.from({ length: MAX_FAULTS }, () => new QueueError(OUTCOME.fault, "bug"));
    const queue = makeQueue();
    queue.add(scan("A"));
    queue.add(scan("B"));
    for (let round = 0; round < MAX_FAULTS; round++) {
        await queue.resume();
    }
    expect(results).toEqual([["B", "ok"]]);
    expect(queue.parked.map((entry) => [entry.key, entry.error])).toEqual([["key-1", "bug"]]);
    expect(storage.length).toBe(1);
    queue.retry("key-1");
    await queue.drain();
    expect(results).toEqual([
        ["B", "ok"],
        ["A", "ok"],
    ]);
    expect(sent.at(-1)).toBe("key-1:A");
});

test("an expired session stops the queue until a person is back", async () => {
    answers = [new QueueError(OUTCOME.session)];
    const queue = makeQueue();
    queue.add(scan("A"));
    await queue.drain();
    queue.add(scan("B"));
    await queue.drain();
    expect(sent.length).toBe(1);
    expect(timers.length).toBe(0);
    expect(queue.sessionExpired).toBe(true);
    await queue.resume();
    expect(results).toEqual([
        ["A", "ok"],
        ["B", "ok"],
    ]);
});

test("only a scan that was never sent can be discarded", async () => {
    answers = [offline()];
    const queue = makeQueue();
    queue.add(scan("A"));
    queue.add(scan("B"));
    await queue.drain();
    expect(queue.discard("key-1")).toBe(false);
    expect(queue.discard("key-2")).toBe(true);
    await queue.resume();
    expect(results).toEqual([["A", "ok"]]);
});

test("a scan that another tab sent is not sent again", async () => {
    answers = [offline()];
    const queue = makeQueue();
    queue.add(scan("A"));
    await queue.drain();
    new QueueStore(storage, "queue:db:7").remove("key-1");
    await queue.resume();
    expect(sent.length).toBe(1);
    expect(queue.waitingCount).toBe(0);
});

test("a full storage keeps the scan in memory and says so", async () => {
    storage.full = true;
    answers = [offline()];
    const queue = makeQueue();
    queue.add(scan("A"));
    await queue.drain();
    expect(queue.lossy).toBe(true);
    await queue.resume();
    expect(results).toEqual([["A", "ok"]]);
    expect(queue.lossy).toBe(false);
});

test("broken items in the storage are passed over", () => {
    storage.setItem("queue:db:7:x", "{not json");
    storage.setItem("queue:db:7:y", "null");
    expect(makeQueue().waitingCount).toBe(0);
});

test("a place scanned offline applies to the scans behind it", async () => {
    const queue = makeQueue();
    const context = new StationContext(new FakeStorage(), "context");
    queue.onResult = (entry, result) => {
        const amend = context.applyResult(entry, result);
        amend && queue.amendUnsent(amend);
    };
    const bodies = [];
    queue.send = async (entry) => {
        if (answers.length) {
            throw answers.shift();
        }
        bodies.push({ ...entry.args });
        return entry.args.barcode === "PLACE"
            ? { ...OK, kind: "location", location_dest_id: 5, location_dest: "Line" }
            : OK;
    };
    answers = [offline()];
    for (const barcode of ["PLACE", "A"]) {
        const { args, revisions } = context.stamp("scan");
        queue.add({ ...scan(barcode), args: { ...args, barcode }, revisions });
    }
    await queue.drain();
    await queue.resume();
    expect(bodies).toEqual([{ barcode: "PLACE" }, { barcode: "A", location_dest_id: 5 }]);
    expect(context.get("destination").name).toBe("Line");
});

test("a place that a person chose by hand in between wins", () => {
    const context = new StationContext(new FakeStorage(), "context");
    const entry = context.stamp("scan");
    context.choose("destination", { id: 9, name: "Paint" });
    const result = { ...OK, kind: "location", location_dest_id: 5, location_dest: "Line" };
    const amend = context.applyResult(entry, result);
    expect(context.get("destination").id).toBe(9);
    expect(amend({ ...context.stamp("scan"), method: "scan" })).toBe(null);
    expect(amend({ ...entry, method: "give_back" })).toEqual({ location_id: 5 });
});

test("the chosen place survives a reload and can be cleared", () => {
    const items = new FakeStorage();
    new StationContext(items, "context").choose("destination", { id: 9, name: "Paint" });
    const context = new StationContext(items, "context");
    expect(context.stamp("scan").args).toEqual({ location_dest_id: 9 });
    expect(context.stamp("give_back").args).toEqual({ location_id: 9 });
    context.choose("destination");
    expect(context.stamp("scan").args).toEqual({});
});

function rpcError(name, message = "text") {
    return Object.assign(new RPCError(), { exceptionName: name, data: { name, message }, code: 0 });
}

test("errors of the call: refused, expired, busy, broken, offline", () => {
    const outcome = (error) => classifyError(error).error?.outcome;
    expect(classifyError(rpcError("odoo.exceptions.UserError", "No")).result).toEqual({
        status: "error",
        message: "No",
        withdrawal_id: false,
        signal_id: false,
        duplicate: false,
    });
    expect(outcome(rpcError("odoo.http.SessionExpiredException"))).toBe(OUTCOME.session);
    expect(outcome(rpcError("psycopg2.OperationalError"))).toBe(OUTCOME.offline);
    expect(outcome(rpcError("builtins.KeyError"))).toBe(OUTCOME.fault);
    expect(outcome(new ConnectionLostError("/x"))).toBe(OUTCOME.offline);
});

test("an answer without status is no answer; a repeated key of ours is simply booked", () => {
    expect(isStationResult(undefined)).toBe(false);
    expect(isStationResult({ status: "maintenance" })).toBe(false);
    expect(isStationResult(OK)).toBe(true);
    const duplicate = { ...OK, duplicate: true };
    expect(settleDuplicate({ attempts: 2 }, duplicate).duplicate).toBe(false);
    expect(settleDuplicate({ attempts: 1 }, duplicate).duplicate).toBe(true);
});

test("keys are UUIDs, also where randomUUID does not exist", () => {
    const plain = { getRandomValues: (bytes) => bytes.fill(255) };
    expect(makeUuid(plain)).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
    expect(makeUuid()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
