from . import (
    test_access,
    test_bad_input,
    test_barcodes,
    test_call_api,
    test_call_screen,
    test_cards,
    test_demand_chain,
    test_demand_policy,
    test_demo_factory,
    test_entry_gaps,
    test_every_way_out,
    test_expedite,
    test_heijunka,
    test_hour_board,
    test_limit_companies,
    test_limit_settings,
    test_loop_setup,
    test_overrides,
    test_overrun,
    test_overtime,
    test_parameters,
    test_plan_preview,
    test_planner,
    test_promise,
    test_replan,
    test_replan_property,
    test_replan_shapes,
    test_screens,
    test_slot_counts,
    test_slot_walks,
    test_slots,
    test_state_machine,
    test_supply_methods,
    test_translations,
    test_undo,
    test_frozen_bin,
    test_usable_now,
    test_wip_caps,
    test_withdraw_by_scan,
)
from . import test_calls
from . import test_calls_answers
from . import test_calls_shapes

# overview
from . import test_overview
from . import test_replica
