from . import test_frozen_stock, test_setup
