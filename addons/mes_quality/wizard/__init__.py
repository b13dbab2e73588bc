from . import mes_quality_decide
