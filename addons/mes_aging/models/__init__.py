from . import (
    mes_aging_message,
    res_company,
)

# layers, kinds, snapshots
from . import (
    product_kind,
)

# board and figures
from . import (
    mes_aging_figures,
)
# policies and alerts
from . import (
    mes_aging_message_alerts,
    mes_aging_policy,
)

# purchase guard
