# layers, kinds, snapshots
from . import (
    test_kinds,
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
