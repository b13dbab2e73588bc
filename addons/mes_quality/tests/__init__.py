from . import (
    test_board,
    test_disposition,
    test_disposition_routes,
    test_disposition_walks,
    test_frozen_figures,
    test_frozen_stock,
    test_gates,
    test_genealogy,
    test_genealogy_screens,
    test_hold,
    test_hold_kinds,
    test_life,
    test_inspections,
    test_labels,
    test_ledger,
    test_origin_import,
    test_trace_documents,
    test_parameters,
    test_paths,
    test_plans,
    test_recall,
    test_sampling,
    test_setup,
    test_spc,
    test_station,
    test_inspection_screens,
    test_recall_actions,
    test_trace_walks,
)

# overview
from . import test_overview
from . import test_replica
