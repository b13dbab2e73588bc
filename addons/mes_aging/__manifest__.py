{
    "name": "MES Aging: Inventory Board, Ageing and Clearance",
    "version": "19.0.1.1.0",
    "category": "Supply Chain/Inventory",
    "summary": "Live inventory board, true ages, alerts, and buying stopped above need",
    "author": "MES Lean",
    "license": "LGPL-3",
    "depends": ["mes_quality", "sale_stock", "purchase_mrp"],
    "data": [
        "security/mes_aging_groups.xml",
        "security/ir.model.access.csv",
        # layers, snapshots
        "security/mes_aging_layer_security.xml",
        "data/mes_aging_snapshot_cron.xml",
        "views/product_kind_views.xml",
        "views/mes_aging_layer_views.xml",
        "views/mes_aging_snapshot_views.xml",
        "views/res_config_settings_layers_views.xml",
        # board
        "views/mes_aging_board_views.xml",
        "views/res_config_settings_board_views.xml",
        # policies, alerts
        "security/mes_aging_alert_rules.xml",
        "data/mes_aging_policy_data.xml",
        "data/mes_aging_alert_data.xml",
        "data/mes_aging_alert_mail.xml",
        "wizard/mes_aging_snooze_views.xml",
        "views/mes_aging_policy_views.xml",
        "views/mes_aging_alert_views.xml",
        "views/product_alerts_views.xml",
        "views/res_config_settings_alerts_views.xml",
        "views/digest_alerts_views.xml",
        # purchase guard
        "security/mes_aging_guard_security.xml",
        "data/mes_aging_guard_data.xml",
        "views/purchase_order_guard_views.xml",
        "views/mes_aging_override_views.xml",
        "views/mes_aging_purchase_proposal_views.xml",
        "views/mes_aging_menus.xml",
        # menus of the board
        "views/mes_aging_board_menus.xml",
        # menus of policies, alerts
        "views/mes_aging_alert_menus.xml",
        # menus of the purchase guard
        "views/mes_aging_guard_menus.xml",
        "views/layers_menus.xml",
        # clearance
        "security/mes_aging_clearance_security.xml",
        "data/mes_aging_clearance_data.xml",
        "views/mes_aging_clearance_views.xml",
        "views/mes_aging_clearance_rest_views.xml",
        "views/res_config_settings_clearance_views.xml",
        # clearance: routes that make, take apart or give away
        "security/mes_aging_clearance_make_security.xml",
        "report/mes_aging_donation_reports.xml",
        "views/mes_aging_clearance_make_views.xml",
        # clearance: back to the vendor
        "views/mes_aging_clearance_vendor_views.xml",
        # surplus exchange
        "security/mes_aging_surplus_security.xml",
        "data/mes_aging_surplus_cron.xml",
        "views/mes_aging_surplus_views.xml",
        # clearance: selling
        "views/mes_aging_clearance_sales_views.xml",
        # clearance board
        "views/mes_aging_clearance_board_views.xml",
        "views/res_config_settings_backlog_views.xml",
        # clearance in the digest
        "views/digest_clearance_views.xml",
        # overview
        "views/mes_aging_overview_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["mes_aging/static/src/**/*"],
        "web.assets_unit_tests": ["mes_aging/static/tests/**/*.test.js"],
        "web.assets_tests": ["mes_aging/static/tests/tours/*.js"],
    },
    "post_init_hook": "post_init_hook",
    "application": True,
}
