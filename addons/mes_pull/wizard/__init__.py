from . import (
    change_production_qty,
    mes_pull_card_audit,
    mes_pull_demo_load,
    mes_pull_level_wizard,
    mes_pull_override_wizard,
    mes_pull_overtime_wizard,
    mes_pull_plan_wizard,
)
