# layers, kinds, snapshots
from . import (
    test_kinds,
    test_layer_screens,
    test_layer_walks,
    test_layers,
    test_snapshots,
)

# board and figures
from . import (
    test_board,
    test_figures,
)

# policies and alerts
from . import (
    test_alert_handling,
    test_alert_screens,
    test_alerts,
    test_policies,
)

# purchase guard
from . import (
    test_guard,
    test_guard_exceptions,
    test_guard_paths,
    test_proposals,
)

# clearance
from . import (
    test_clearance,
    test_clearance_digest,
    test_clearance_walks,
)
