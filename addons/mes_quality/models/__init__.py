from . import (
    mes_quality_message,
    mes_quality_reason,
    stock_location,
    stock_lot,
    stock_quant,
)
