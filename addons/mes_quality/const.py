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

# How much a hold takes; the lot's state is the highest level of its holds.
HOLD_LEVELS = [
    ("inspection", "In Inspection"),
    ("held", "Held"),
    ("rejected", "Rejected"),
]
HOLD_KINDS = [
    ("lot", "Lot"),
    ("part", "Part of a Lot"),
    ("stock", "Untracked Stock"),
    ("package", "Package"),
    ("receipt", "Receipt"),
    ("production", "Manufacturing Order"),
]
# These hold nothing themselves: their members (holds whose parent they are) do.
GROUP_KINDS = ("package", "receipt", "production")
# These lie in quarantine, the others freeze where the stock is.
PLACED_KINDS = ("part", "stock")
HOLD_EVENTS = [
    ("held", "Held"),
    ("changed", "Changed"),
    ("used", "Used as Allowed"),
    ("disposed", "Disposed of"),
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

# -- inspections -------------------------------------------------------------------------------------------------

# When a control plan asks for an inspection.
TRIGGERS = [
    ("receipt", "Receipt"),
    ("production_start", "Production start"),
    ("production", "Production end"),
    ("operation", "Operation"),
    ("delivery", "Delivery"),
    ("periodic", "Periodic"),
    ("demand", "On demand"),
]
# Those whose inspections belong to a stock move: one for each product that comes in, is made or goes out.
MOVE_TRIGGERS = ("receipt", "production", "delivery")
# Those that work on an order waits for.
WORK_TRIGGERS = {"production_start", "operation"}
# Those about the work on an order: whether what it makes can be used is in doubt where they fail.
ORDER_TRIGGERS = {"operation", "periodic"}
# Those whose result decides about the stock itself, and not about going on with the work.
STOCK_TRIGGERS = ("receipt", "production", "demand")

SAMPLINGS = [
    ("all", "All pieces"),
    ("percentage", "Percentage"),
    ("fixed", "Fixed number"),
    ("aql", "AQL (ISO 2859-1)"),
]

CHARACTERISTIC_KINDS = [
    ("check", "Pass or fail"),
    ("measure", "Measure"),
    ("text", "Text"),
    ("picture", "Picture"),
    ("instruction", "Instruction"),
]

INSPECTION_STATES = [
    ("todo", "To Do"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]

SEVERITIES = [
    ("normal", "Normal"),
    ("tightened", "Tightened"),
    ("reduced", "Reduced"),
]

# Lines are made at once for up to this number of samples; the others when they are reached.
SAMPLES_MADE_AT_ONCE = 20
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

# What is done with rejected stock. Another addon adds a value, and `_prepare_<route>`, `_apply_<route>` on the line.
ROUTES = [
    ("return", "Return to Vendor"),
    ("scrap", "Scrap"),
    ("disassemble", "Disassemble"),
    ("rework", "Rework"),
    ("repair", "Repair"),
    ("use_as_is", "Use as Is"),
    ("downgrade", "Downgrade to Another Product"),
]
DISPOSITION_STATES = [
    ("draft", "To Decide"),
    ("review", "In Review"),
    ("approved", "Approved"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
OPEN_DISPOSITION_STATES = ("draft", "review", "approved")
DISPOSITION_LINE_STATES = [
    ("draft", "Proposed"),
    ("approved", "Approved"),
    ("open", "In Progress"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
DISPOSITION_EVENTS = [
    ("opened", "Opened"),
    ("changed", "Changed"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("sent_back", "Sent Back"),
    ("executed", "Executed"),
    ("failed", "Failed"),
    ("booked", "Booked"),
    ("returned", "Given Back"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
COMPENSATIONS = [
    ("refund", "Refund"),
    ("replacement", "Replacement"),
]


class SignedId(int):
    """An id of a record that this addon's own methods tie a document to: no RPC caller can send one."""
