"""Selections and keys that the addon's files share."""

# What an item is to the factory: bought to be used, made to be used, or sold.
KINDS = [("raw", "Raw Material"), ("wip", "Work in Progress"), ("finished", "Finished Goods")]
# Orders whose need counts as demand or supply: confirmed and neither done nor cancelled.
OPEN_MOVE_STATES = ("waiting", "confirmed", "partially_available", "assigned")
# Purchase orders that nobody confirmed yet.
QUOTED_STATES = ("draft", "sent", "to approve")

# -- policies and alerts -----------------------------------------------------------------------------------------

# What happens with a purchase beyond the highest cover.
PURCHASE_POLICIES = [("free", "Free"), ("warn", "Warn"), ("stop", "Stop until Approved")]

# Why an alert was opened. Another addon adds a value, and a method `_find_<value>` on the alert.
ALERT_REASONS = [("age", "Too Old"), ("idle", "Unused"), ("cover", "Lasts Too Long"), ("turnover", "Turns Too Slowly")]
ALERT_LEVELS = [("warn", "Warning"), ("limit", "Limit Reached")]
ALERT_STATES = [("open", "Open"), ("handled", "Handled"), ("closed", "Closed")]

# -- clearance ---------------------------------------------------------------------------------------------------

# How backlog leaves. Another addon adds a value (by `selection_add` on the case, its line and its proposal) and the
# methods of its line; see `mes.aging.clearance.line`.
CLEARANCE_ROUTES = [
    ("promotion", "Price Promotion"),
    ("bundle", "Bundle"),
    ("staff_sale", "Staff Sale"),
    ("channel", "Other Channels"),
    ("rework", "Rework or Upgrade"),
    ("convert", "Convert to Another Product"),
    ("finish", "Finish First"),
    ("reallocate", "Use Elsewhere Inside"),
    ("vendor_return", "Return to Vendor"),
    ("vendor_exchange", "Exchange with Vendor"),
    ("disassemble", "Disassemble into Parts"),
    ("donate", "Donation"),
    ("scrap", "Scrap"),
]
# Which routes are considered for which kind.
ROUTES_OF_KIND = {
    "finished": (
        *("promotion", "bundle", "staff_sale", "channel", "reallocate", "vendor_return", "vendor_exchange", "rework"),
        *("disassemble", "donate", "scrap"),
    ),
    "raw": ("reallocate", "vendor_return", "vendor_exchange", "channel", "donate", "scrap"),
    "wip": ("finish", "convert", "reallocate", "disassemble", "scrap"),
}
CLEARANCE_STATES = [("draft", "To Decide"), ("open", "In Progress"), ("done", "Cleared"), ("cancelled", "Cancelled")]
OPEN_CLEARANCE_STATES = ("draft", "open")
CLEARANCE_LINE_STATES = [("draft", "Planned"), ("open", "In Progress"), ("done", "Done"), ("cancelled", "Cancelled")]
# Where a case came from.
CLEARANCE_SOURCES = [
    ("manual", "By Hand"),
    ("alert", "Alert"),
    ("report", "Ageing Report"),
    ("surplus", "Surplus of a Cut Order"),
    ("disposition", "Disposition"),
]
