# layers, kinds, snapshots
from . import (
    test_kinds,
    test_layer_walks,
    test_layers,
)

# board and figures
from . import (
    test_board,
    test_figures,
)

# policies and alerts
from . import (
    test_policies,
)

# purchase guard
from . import (
    test_guard,
    test_guard_exceptions,
    test_guard_paths,
    test_proposals,
)
