import { Component } from "@odoo/owl";

/** Connection, and how many scans wait on this device; what to do when that needs a person. */
export class QueueStatus extends Component {
    static template = "mes_pull.QueueStatus";
    static props = {
        queue: Object, // reactive state of the scan queue service
        onResume: Function,
        onLogin: Function,
        onRetry: Function,
        onDiscard: Function,
    };

    get waiting() {
        return this.props.queue.entries.filter((entry) => !entry.parked);
    }

    get parked() {
        return this.props.queue.entries.filter((entry) => entry.parked);
    }

    get isOffline() {
        return Boolean(this.props.queue.offlineSince);
    }

    get isBusy() {
        return this.props.queue.sendingKey !== null;
    }
}
