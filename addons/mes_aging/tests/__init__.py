# layers, kinds, snapshots
from . import (
    test_kinds,
)

# board and figures
# policies and alerts
from . import (
    test_policies,
)

# purchase guard
