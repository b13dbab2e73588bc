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
    mes_aging_layer_xlsx,
    mes_aging_order,
    product_classes,
    mes_aging_snapshot,
)

# board and figures
# policies and alerts
# purchase guard
