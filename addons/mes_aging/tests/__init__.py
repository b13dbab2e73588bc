# layers, kinds, snapshots
from . import (
    test_kinds,
    test_layer_walks,
    test_layers,
)

# board and figures
from . import (
    test_figures,
)
# policies and alerts
from . import (
    test_policies,
)

# purchase guard
