from . import (
    test_access,
    test_bad_input,
    test_barcodes,
    test_cards,
    test_demo_factory,
    test_every_way_out,
    test_loop_setup,
    test_screens,
    test_supply_methods,
    test_translations,
    test_undo,
    test_withdraw_by_scan,
)
