# layers, kinds, snapshots
# board and figures
from . import (
    test_figures,
)
# policies and alerts
# purchase guard
