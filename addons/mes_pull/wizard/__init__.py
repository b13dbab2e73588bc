from . import mes_pull_card_audit, mes_pull_demo_load, mes_pull_override_wizard
from . import mes_pull_level_wizard
from . import mes_pull_overtime_wizard
