# layers, kinds, snapshots
from . import (
    test_kinds,
    test_layer_events,
    test_layer_screens,
    test_layer_walks,
    test_layers,
    test_snapshots,
)

# board and figures
from . import (
    test_board,
    test_board_page,
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
    test_clearance_board,
    test_clearance_digest,
    test_clearance_repeat,
    test_clearance_walks,
)

# clearance: routes that make, take apart or give away, and the surplus exchange
from . import (
    test_clearance_leave,
    test_clearance_make,
    test_clearance_sales,
    test_clearance_vendor,
    test_surplus,
    test_surplus_demand,
    test_surplus_walks,
)

# overview
from . import test_overview
from . import test_replica

# demonstration factory
from . import test_demo_backlog
