from . import (
    test_board,
    test_frozen_figures,
    test_frozen_stock,
    test_genealogy,
    test_hold,
    test_ledger,
    test_paths,
    test_recall,
    test_recall_actions,
    test_setup,
    test_trace_walks,
)
