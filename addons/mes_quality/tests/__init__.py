from . import test_hold, test_setup
