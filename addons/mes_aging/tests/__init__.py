# layers, kinds, snapshots
from . import (
    test_kinds,
    test_layer_walks,
    test_layers,
)

# board and figures
# policies and alerts
# purchase guard
