# layers, kinds, snapshots
from . import (
    test_kinds,
    test_layer_screens,
    test_layer_walks,
    test_layers,
    test_snapshots,
)

# board and figures
# policies and alerts
# purchase guard
