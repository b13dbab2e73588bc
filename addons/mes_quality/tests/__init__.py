<<<<<<< HEAD
from . import (
    test_genealogy,
    test_hold,
    test_recall,
    test_setup,
)
=======
from . import test_frozen_figures, test_frozen_stock, test_hold, test_setup
>>>>>>> aa6372a21bf90ec4a1de628211531006eba71208
