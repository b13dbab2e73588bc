from . import test_frozen_figures, test_frozen_stock, test_hold, test_setup
