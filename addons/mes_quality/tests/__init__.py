from . import test_frozen_figures, test_frozen_stock, test_hold, test_setup
from . import test_gates, test_inspections, test_plans, test_sampling, test_spc, test_station
