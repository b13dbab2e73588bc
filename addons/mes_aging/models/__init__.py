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
    mes_aging_board,
    mes_aging_board_details,
    mes_aging_board_records,
    mes_aging_board_xlsx,
    mes_aging_figures,
    mes_aging_message_board,
    res_config_settings_board,
    stock_board_news,
)

# policies and alerts
from . import (
    mes_aging_message_alerts,
    mes_aging_policy,
)

# purchase guard
