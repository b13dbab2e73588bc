from . import test_withdraw_by_scan
