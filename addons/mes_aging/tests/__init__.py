# layers, kinds, snapshots
from . import (
    test_kinds,
)

# board and figures
# policies and alerts
# purchase guard
