from . import mes_quality_cost, mes_quality_label
