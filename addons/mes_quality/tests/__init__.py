from . import (
    test_genealogy,
    test_recall,
    test_setup,
)
