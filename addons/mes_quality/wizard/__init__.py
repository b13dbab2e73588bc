from . import (
    mes_quality_decide,
    mes_quality_disposition_wizard,
    mes_quality_hold_wizard,
    stock_return_picking,
)
