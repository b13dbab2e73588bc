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
