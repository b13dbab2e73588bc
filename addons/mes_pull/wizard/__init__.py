from . import mes_pull_card_audit
