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
