from . import (
    mes_aging_message,
    res_company,
)

# layers, kinds, snapshots
# board and figures
from . import (
    mes_aging_figures,
)
# policies and alerts
# purchase guard
