"""Selections and keys that several files of this addon share."""

# What may be done with the stock of a lot; written by holds and inspections only.
LOT_STATES = [
    ("released", "Released"),
    ("inspection", "In Inspection"),
    ("held", "Held"),
    ("rejected", "Rejected"),
]
FROZEN_LOT_STATES = ("inspection", "held", "rejected")

HOLD_STATES = [
    ("active", "Active"),
    ("lifted", "Lifted"),
]

# What a reason may still allow with held stock. Each has a field ``allow_<use>`` on the reason and on the hold.
USES = [
    ("issue", "Issue to production"),
    ("ship", "Ship to a customer"),
    ("move", "Move inside"),
    ("count", "Count"),
    ("return", "Return to the vendor"),
    ("scrap", "Scrap"),
]


class Checked:
    """A sign that a change comes from this addon's own methods: an object, which no RPC caller can send."""


CHECKED = Checked()

OPEN_MOVE_STATES = ("waiting", "confirmed", "partially_available", "assigned")

RECALL_STATES = [
    ("draft", "Draft"),
    ("traced", "Traced"),
    ("held", "Held"),
    ("closed", "Closed"),
]

RECALL_PLACES = [
    ("stock", "In stock"),
    ("wip", "In production"),
    ("finished", "Finished goods"),
    ("shipped", "Shipped"),
    ("returned", "Returned to vendor"),
    ("scrapped", "Scrapped"),
]

# Hours in which a drill is to be answered: trade practice for food and for industry
RECALL_TARGETS = [
    ("4", "4 hours"),
    ("24", "24 hours"),
]
