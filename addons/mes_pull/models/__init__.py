from . import (
    mes_pull_barcode,
    mes_pull_card,
    mes_pull_change,
    mes_pull_excess,
    mes_pull_limit,
    mes_pull_loop,
    mes_pull_loop_balance,
    mes_pull_loop_sizing,
    mes_pull_loop_supply,
    mes_pull_loop_wip,
    mes_pull_loop_withdraw,
    mes_pull_message,
    mes_pull_message_limits,
    mes_pull_override,
    mes_pull_signal,
    mes_pull_station,
    mes_pull_station_params,
    mes_pull_turn,
    mes_pull_withdrawal,
    mrp_production,
    mrp_production_release,
    mrp_workcenter,
    mrp_workorder,
    product_product,
    product_template,
    purchase_order,
    res_company,
    res_config_settings,
    res_users,
    stock_location,
    stock_move,
    stock_move_line,
    stock_quant,
    stock_rule,
    stock_warehouse,
    stock_warehouse_orderpoint,
)
from . import mes_pull_loop_board
from . import stock_move_limits
from . import demo_factory
from . import demo_factory_places
from . import demo_factory_products
from . import demo_factory_documents
from . import demo_factory_history
from . import demo_factory_present
from . import demo_factory_limits
from . import mes_pull_message_replan
from . import mes_pull_replan
from . import mes_pull_replan_figures
from . import stock_move_replan
from . import stock_rule_replan
from . import mrp_production_replan
from . import purchase_order_replan
from . import sale_order_replan
from . import sale_order_progress
from . import mes_pull_slot
from . import mes_pull_message_slots
from . import mrp_workorder_slots
from . import mes_pull_slot_events
from . import mes_pull_slot_board
from . import demo_factory_plan
from . import mes_pull_planner
from . import mes_pull_planner_apply
from . import mes_pull_message_planner
from . import mrp_production_planner
from . import mrp_production_warnings
from . import mes_pull_message_promise
from . import mes_pull_promise
from . import mes_pull_promise_text
from . import sale_order_promise
from . import mes_pull_message_level
from . import mrp_workcenter_level
from . import mrp_production_level
from . import mrp_production_expedite
from . import mes_pull_overtime
from . import resource_calendar
from . import mes_pull_call
from . import mes_pull_call_plan
from . import mes_pull_call_stock
from . import mes_pull_call_steps
from . import mes_pull_call_book
from . import mes_pull_loop_calls
from . import mes_pull_message_calls
from . import mes_pull_call_answer
from . import stock_location_calls
from . import mrp_workcenter_calls
from . import stock_move_calls
from . import mrp_production_calls
from . import demo_factory_calls
from . import mes_pull_slot_calls
from . import product_usable
from . import product_usable_records
from . import product_forecast_registered
from . import mes_pull_message_call_screen
from . import mes_pull_call_board
from . import mes_pull_call_api
from . import mes_pull_station_calls
from . import mes_pull_webhook
from . import mes_pull_webhook_event
from . import mes_pull_calls_elsewhere
