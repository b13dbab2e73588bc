from . import (
    mes_aging_message,
    res_company,
)

# layers, kinds, snapshots
from . import (
    mes_aging_message_layers,
    res_company_layers,
    product_kind,
    stock_move_line_flow,
    stock_lot_first_in,
    mes_aging_layer,
)

# board and figures
# policies and alerts
# purchase guard
