from . import (
    mes_aging_message,
    res_company,
)

# layers, kinds, snapshots
# board and figures
# policies and alerts
# purchase guard
