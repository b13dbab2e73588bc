from . import mes_aging_alert_export, mes_aging_override_wizard, mes_aging_snooze
