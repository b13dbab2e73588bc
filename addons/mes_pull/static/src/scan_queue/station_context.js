/**
 * What earlier scans chose for later ones: the destination (a scanned place) and the operator
 * (a scanned badge). It survives a reload of the page, not the closing of the window.
 *
 * Each choice carries a revision, which grows when a person chooses or clears by hand. Scans
 * remember the revision they were made under. So when a place that was scanned without a
 * connection is answered later, it applies to the scans behind it, unless a person decided
 * otherwise in between.
 */

export const CHOICES = {
    destination: { kind: "location", id: "location_dest_id", name: "location_dest" },
    operator: { kind: "operator", id: "operator_id", name: "operator" },
};

const NOTHING = { id: false, name: false, revision: 0 };

/** The name of the argument that carries the choice; a return comes *from* the place. */
export function getArgumentName(choice, method) {
    if (choice === "destination") {
        return method === "give_back" ? "location_id" : "location_dest_id";
    }
    return CHOICES[choice].id;
}

export class StationContext {
    /**
     * @param {Storage} storage
     * @param {string} name of its item
     */
    constructor(storage, name) {
        Object.assign(this, { storage, name });
        this.choices = this._load();
    }

    get(choice) {
        return this.choices[choice];
    }

    /** A person chose (or, without id, cleared) by hand. */
    choose(choice, { id = false, name = false } = {}) {
        this._set(choice, { id, name, revision: this.get(choice).revision + 1 });
    }

    /** @returns {{args: Object, revisions: Object}} what a new scan carries along */
    stamp(method) {
        const args = {};
        const revisions = {};
        for (const choice of Object.keys(CHOICES)) {
            const { id, revision } = this.get(choice);
            revisions[choice] = revision;
            if (id) {
                args[getArgumentName(choice, method)] = id;
            }
        }
        return { args, revisions };
    }

    /**
     * Take over what the answer to a scan chose.
     *
     * @param {Object} entry the answered scan
     * @param {Object} result
     * @returns {((entry: Object) => Object|null)|null} amends the scans behind it
     */
    applyResult(entry, result) {
        const choice = Object.keys(CHOICES).find((name) => CHOICES[name].kind === result.kind);
        if (!choice || result.status === "error" || !result[CHOICES[choice].id]) {
            return null;
        }
        const id = result[CHOICES[choice].id];
        const revision = entry.revisions?.[choice] ?? 0;
        if (revision === this.get(choice).revision) {
            this._set(choice, { id, name: result[CHOICES[choice].name], revision });
        }
        return (later) =>
            later.revisions?.[choice] === revision ? { [getArgumentName(choice, later.method)]: id } : null;
    }

    _set(choice, value) {
        this.choices = { ...this.choices, [choice]: value };
        try {
            this.storage.setItem(this.name, JSON.stringify(this.choices));
        } catch {
            // Then a reload forgets it, and the chip says so.
        }
    }

    _load() {
        let saved = {};
        try {
            saved = JSON.parse(this.storage.getItem(this.name)) || {};
        } catch {
            // Nothing usable was kept.
        }
        return {
            destination: { ...NOTHING, ...saved.destination },
            operator: { ...NOTHING, ...saved.operator },
        };
    }
}
