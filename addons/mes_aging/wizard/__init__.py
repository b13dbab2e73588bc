from . import mes_aging_override_wizard
