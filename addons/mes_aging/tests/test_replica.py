from odoo.tests import TransactionCase


class TestReplica(TransactionCase):
    def test_every_read_only_method_minds_the_replica(self):
        """See `mes_quality/replica.py`."""
        found = 0
        for name, model in self.registry.items():
            for owner in model.__mro__ if name.startswith("mes.aging.") else ():
                for attribute, method in vars(owner).items() if "mes_" in owner.__module__ else ():
                    if getattr(method, "_readonly", False):
                        found += 1
                        self.assertTrue(hasattr(method, "__wrapped__"), f"{name}.{attribute}")
        self.assertTrue(found)
