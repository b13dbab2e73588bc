from . import (
    mes_quality_message,
    mes_quality_reason,
)
