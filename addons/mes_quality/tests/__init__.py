from . import test_frozen_figures, test_frozen_stock, test_setup
