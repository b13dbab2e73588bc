from odoo.tests import TransactionCase

from ..replica import _IS_BEHIND, LAG, is_behind


class TestReplica(TransactionCase):
    """What a replica does to the screens is shown by `./mes campaign replica`; here, that none is needed."""

    def test_a_primary_is_never_behind(self):
        self.env.cr.execute(_IS_BEHIND, [LAG])
        self.assertEqual(self.env.cr.fetchone(), (False,))

    def test_without_a_replica_nothing_is_asked(self):
        with self.assertQueryCount(0):
            self.assertFalse(is_behind(self.env.cr))

    def test_every_read_only_method_minds_the_replica(self):
        found = 0
        for name, model in self.registry.items():
            for owner in model.__mro__ if name.startswith("mes.quality.") else ():
                for attribute, method in vars(owner).items() if "mes_" in owner.__module__ else ():
                    if getattr(method, "_readonly", False):
                        found += 1
                        self.assertTrue(hasattr(method, "__wrapped__"), f"{name}.{attribute}")
        self.assertTrue(found)
