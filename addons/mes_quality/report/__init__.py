from . import mes_quality_label
