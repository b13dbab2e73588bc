"""The factory that the load tests scan in, and a really started Odoo on it."""

import pytest
from load_support import Factory
from mes_cli import databases
from support import Server


@pytest.fixture(scope="session")
def first_factory(ready, template_db):
    """The database that `load_factory.py` filled, to be cloned."""
    name = databases.clone(ready, template_db, f"{template_db}_factory")
    yield Factory(ready, name)
    databases.drop(ready, name)


@pytest.fixture(scope="module")
def factory(ready, template_db, first_factory):
    """A database of this module's own with the factory of `load_factory.py`."""
    name = databases.clone(ready, first_factory.database, f"{template_db}_load")
    yield first_factory.on(name)
    databases.drop(ready, name)


@pytest.fixture(scope="module")
def server(ready, factory):
    """Odoo on that database, threaded (workers=0)."""
    started = Server(ready, factory.database, 0, {})
    started.start()
    yield started
    started.kill()  # nothing to save: quicker than a graceful end


@pytest.fixture
def workers_server(ready, factory):
    """A second Odoo on the same database, with two worker processes."""
    started = Server(ready, factory.database, 2, {})
    started.start()
    yield started
    started.kill()
