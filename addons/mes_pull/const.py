"""Selections and keys that several files of this addon share."""

# How a loop is replenished. Each value has a method `_prepare_rule_vals_<value>` on the loop.
SUPPLY_METHODS = [
    ("manufacture", "Manufacture"),
    ("transfer", "Transfer"),
    ("buy", "Buy"),
]

# What authorises supply: the size of the supermarket, or what downstream asked for.
LOOP_MODES = [
    ("stock", "Supermarket (stock)"),
    ("demand", "Downstream demand"),
]

OVERRUN_POLICIES = [
    ("hold", "Receive the excess as held stock"),
    ("refuse", "Refuse the excess"),
    ("allow", "Allow"),
]

SIGNAL_STATES = [
    ("waiting", "Waiting"),
    ("released", "Released"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
OPEN_SIGNAL_STATES = ("waiting", "released")

CARD_STATES = [
    ("full", "Full"),
    ("in_use", "In use"),
    ("waiting", "Waiting"),
    ("empty", "Empty"),
    ("in_process", "In process"),
    ("error", "Error"),
]

WITHDRAWAL_KINDS = [
    ("scan", "Scan"),
    ("transfer", "Transfer"),
    ("consumption", "Consumption"),
    ("delivery", "Delivery"),
    ("scrap", "Scrap"),
    ("count", "Inventory count"),
    ("return", "Return"),
]

CHANGE_ACTIONS = [
    ("reduced", "Reduced"),
    ("increased", "Increased"),
    ("paused", "Paused"),
    ("resumed", "Resumed"),
    ("cancelled", "Cancelled"),
    ("proposed", "Proposed"),
]

CHANGE_STATES = [
    ("applied", "Applied"),
    ("proposed", "Proposed"),
    ("dismissed", "Dismissed"),
    ("obsolete", "No Longer Needed"),
]

# Moves that are not over yet; a draft move counts only where a document stands behind it.
OPEN_MOVE_STATES = ("waiting", "confirmed", "partially_available", "assigned")
OPEN_PURCHASE_STATES = ("draft", "sent", "to approve")

BUS_TYPE = "mes_pull/update"

# Cards are made together with the loop up to this number; beyond it, by the button on the loop.
CARDS_MADE_AT_ONCE = 100

# A scan is repeated at once when another transaction was quicker; then Odoo's own slower retry takes over.
SCAN_TRIES = 12
# First keys of the advisory locks for which scans queue; the second one is the id of the product or vendor.
PRODUCT_LOCK_CLASS = 0x6D6573
VENDOR_LOCK_CLASS = 0x6D6574

# -- work in progress and excess production ----------------------------------------------------------------------

# An order that is confirmed is either queued (it waits for capacity) or released to the floor.
RELEASE_STATES = [
    ("queued", "Waiting"),
    ("released", "Released"),
]

PULL_STATES = [
    ("normal", "Normal"),
    ("paused", "Paused"),
]

WIP_POLICIES = [
    ("warn", "Warn"),
    ("block", "Block"),
]

# How full a cap is; see `tools/wip.py`.
WIP_LEVELS = [
    ("none", "No cap"),
    ("ok", "Room"),
    ("warn", "Nearly full"),
    ("full", "Full"),
    ("over", "Over"),
]

DEMAND_POLICIES = [
    ("free", "Free"),
    ("warn", "Warn without demand"),
    ("order", "Only to order"),
]

OVERRIDE_KINDS = [
    ("release", "Order released past a limit"),
    ("held", "Held stock released"),
    ("count", "Count above what is authorised"),
]

EXCESS_STATES = [
    ("held", "Held"),
    ("released", "Gone"),
]

CLOSED_ORDER_STATES = ("done", "cancel")

# In the context of an order that is taken up again: its components are ordered when its quantity stands. An object,
# compared with `is`: no RPC client can send it.
LATER = object()

# In the context of a checked stock move. An object, compared with `is`: no RPC client can send it.
CHECKED = object()

# -- hours -------------------------------------------------------------------------------------------------------

SLOT_STATES = [
    ("planned", "Planned"),
    ("progress", "In progress"),
    ("done", "Done"),
]

HOURS_BUS_TYPE = "mes_pull/hours"

# -- overtime ----------------------------------------------------------------------------------------------------

OVERTIME_STATES = [
    ("ordered", "Ordered"),
    ("undone", "Taken back"),
]

# -- material calls ----------------------------------------------------------------------------------------------

CALL_STATES = [
    ("planned", "Planned"),
    ("called", "Called"),
    ("picking", "Being Picked"),
    ("done", "At the Line"),
    ("short", "Short"),
    ("cancelled", "Withdrawn"),
]
OPEN_CALL_STATES = ("planned", "called", "picking", "short")

CALL_ANSWERS = [
    ("confirm", "Brought"),
    ("part", "Only a Part"),
    ("none", "None There"),
    ("substitute", "Another Part"),
]

CALLS_BUS_TYPE = "mes_pull/calls"

# Key of the advisory lock under which revisions of calls are given: their order is that of the commits.
CALL_LOCK_CLASS = 0x6D6575

# -- outgoing webhooks -------------------------------------------------------------------------------------------

WEBHOOK_EVENT_STATES = [
    ("waiting", "Waiting"),
    ("sent", "Sent"),
    ("dead", "Given Up"),
]
