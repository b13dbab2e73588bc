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
    mes_aging_backlog,
    mes_aging_snapshot,
)

# board and figures
from . import (
    mes_aging_board,
    mes_aging_board_details,
    mes_aging_board_page,
    mes_aging_board_records,
    mes_aging_board_xlsx,
    mes_aging_figures,
    mes_aging_message_board,
    res_config_settings_board,
    stock_board_news,
)

# policies and alerts
from . import (
    mail_activity_alerts,
    mes_aging_message_alerts,
    mes_aging_policy,
    mes_aging_alert,
    mes_aging_alert_check,
    mes_aging_alert_tell,
    mes_aging_alert_xlsx,
    mes_aging_run,
    product_alerts,
    res_company_alerts,
    digest_alerts,
)

# purchase guard
from . import (
    mes_aging_message_guard,
    mes_aging_figures_zone,
    mes_aging_guard,
    mes_aging_override,
    purchase_order_guard,
    purchase_order_line_guard,
    stock_orderpoint_cap,
    mes_aging_purchase_proposal,
)

# clearance
from . import (
    mes_aging_message_clearance,
    mes_aging_clearance,
    mes_aging_clearance_claim,
    mes_aging_clearance_line,
    mes_aging_clearance_document,
    mes_aging_clearance_proposal,
    mes_aging_clearance_facts,
    mes_aging_clearance_sources,
)

# clearance: routes that make, take apart or give away
from . import (
    mes_aging_message_clearance_make,
    mes_aging_clearance_leave,
    mes_aging_clearance_scrap,
    mes_aging_clearance_donate,
    mes_aging_clearance_disassemble,
    mes_aging_clearance_make,
    mes_aging_clearance_finish,
    mes_aging_clearance_surplus,
)

# clearance: back to the vendor
from . import (
    mes_aging_message_clearance_vendor,
    mes_aging_clearance_vendor,
)

# surplus exchange
from . import (
    mes_aging_message_surplus,
    mes_aging_substitute,
    mes_aging_surplus_offer,
    mes_aging_surplus_route,
    mes_aging_surplus_documents,
    mes_aging_surplus_group,
    mrp_production_surplus,
)

# clearance: selling
from . import (
    mes_aging_message_clearance_sales,
    mes_aging_clearance_sales,
    mes_aging_clearance_promotion,
    mes_aging_clearance_bundle,
    mes_aging_clearance_channel,
    mes_aging_clearance_channel_xlsx,
    sale_order_line_clearance,
)

# clearance: the board
from . import (
    mes_aging_message_clearance_board,
    res_company_backlog,
    mes_aging_clearance_value,
    mes_aging_clearance_board,
    mes_aging_clearance_board_records,
    mes_aging_clearance_xlsx,
)

# clearance in the digest
from . import digest_clearance

# demonstration factory
from . import (
    demo_aging,
    demo_backlog,
)

# overview
from . import mes_aging_overview, res_company_overview
