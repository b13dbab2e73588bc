from . import (
    test_genealogy,
    test_hold,
    test_recall,
    test_setup,
)
