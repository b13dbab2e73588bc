# layers, kinds, snapshots
# board and figures
# policies and alerts
# purchase guard
