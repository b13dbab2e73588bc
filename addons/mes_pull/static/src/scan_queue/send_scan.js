import { rpc, RPCError } from "@web/core/network/rpc";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { OUTCOME, QueueError } from "./scan_queue";

export const STATION_MODEL = "mes.pull.station";
export const SEND_TIMEOUT = 30000;

const SESSION_ERRORS = ["odoo.http.SessionExpiredException", "odoo.exceptions.AccessDenied"];
/** Refusals with a message for the person: sending again would not help. */
const BUSINESS_ERRORS = [
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.RedirectWarning",
];
/** The server is there, but busy or without its database: wait and send again. */
const BUSY_ERRORS = [
    "psycopg2.OperationalError",
    "psycopg2.InterfaceError",
    "psycopg2.errors.SerializationFailure",
    "psycopg2.errors.LockNotAvailable",
    "psycopg2.errors.DeadlockDetected",
    "psycopg2.errors.ReadOnlySqlTransaction",
    "psycopg2.errors.AdminShutdown",
    "psycopg2.pool.PoolError",
    "odoo.sql_db.PoolError",
    "odoo.exceptions.ConcurrencyError",
    "odoo.exceptions.LockError",
    "werkzeug.exceptions.ServiceUnavailable",
    "werkzeug.exceptions.TooManyRequests",
];

/**
 * What an error of the call means to a scan.
 *
 * @param {Error} error
 * @returns {{result: Object}|{error: QueueError}} a refusal is a result like any other
 */
export function classifyError(error) {
    if (!(error instanceof RPCError)) {
        return { error: new QueueError(OUTCOME.offline, error?.message) };
    }
    const name = error.exceptionName || error.data?.name || "";
    const message = error.data?.message || error.message || "";
    if (error.code === 100 || SESSION_ERRORS.includes(name)) {
        return { error: new QueueError(OUTCOME.session, message) };
    }
    if (BUSINESS_ERRORS.includes(name)) {
        return { result: makeRefusal(message) };
    }
    if (BUSY_ERRORS.includes(name)) {
        return { error: new QueueError(OUTCOME.offline, message) };
    }
    return { error: new QueueError(OUTCOME.fault, message) };
}

export function makeRefusal(message) {
    return { status: "error", message, withdrawal_id: false, signal_id: false, duplicate: false };
}

/** Whether the answer is one of the station, and not of something in between. */
export function isStationResult(result) {
    return Boolean(result) && ["ok", "warning", "error"].includes(result.status);
}

/**
 * The server answers a repeated key with `duplicate`. When it was this device that repeated
 * it, because the first answer got lost, the scan is simply booked.
 *
 * @param {Object} entry
 * @param {Object} result
 */
export function settleDuplicate(entry, result) {
    return result.duplicate && entry.attempts > 1 ? { ...result, duplicate: false } : result;
}

/**
 * Call the station's method, silently (no blocked screen) and never longer than SEND_TIMEOUT:
 * a radio that swallows packets must not hold the queue.
 */
export async function callStation(method, kwargs, context = {}) {
    const params = {
        model: STATION_MODEL,
        method,
        args: [],
        kwargs: { ...kwargs, context: { ...user.context, ...context } },
    };
    const url = `/web/dataset/call_kw/${STATION_MODEL}/${method}`;
    const request = rpc(url, params, { silent: true });
    const timer = browser.setTimeout(() => request.abort?.(), SEND_TIMEOUT);
    try {
        return await request;
    } finally {
        browser.clearTimeout(timer);
    }
}

/** Send one entry of the queue; see ScanQueue for what it throws. */
export async function sendScan(entry) {
    let result;
    try {
        result = await callStation(
            entry.method,
            { ...entry.args, scan_key: entry.key },
            // A key is unique per company: repeat it in the company where it was scanned.
            entry.companyIds ? { allowed_company_ids: entry.companyIds } : {}
        );
    } catch (error) {
        const classified = classifyError(error);
        if (classified.error) {
            throw classified.error;
        }
        return classified.result;
    }
    if (!isStationResult(result)) {
        throw new QueueError(OUTCOME.offline, "no answer of the station");
    }
    return settleDuplicate(entry, result);
}
