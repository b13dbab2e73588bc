{
    "name": "MES Quality: Inspections, Holds and Recall",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "summary": "Inspect, freeze so that no path walks around it, trace, recall and dispose",
    "author": "MES Lean",
    "license": "LGPL-3",
    "depends": ["mrp", "purchase_stock", "sale_stock", "repair"],
    "data": [
        "security/mes_quality_groups.xml",
        "security/ir.model.access.csv",
        "security/mes_quality_rules.xml",
        "data/mes_quality_data.xml",
        "data/mes_quality_inspection_data.xml",
        "views/mes_quality_reason_views.xml",
        "views/mes_quality_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["mes_quality/static/src/**/*"],
        "web.assets_unit_tests": ["mes_quality/static/tests/**/*.test.js"],
        "web.assets_tests": ["mes_quality/static/tests/tours/*.js"],
    },
    "application": True,
}
