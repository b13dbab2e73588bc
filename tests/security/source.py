"""What the source of the addons does with rights, SQL and the context, read without running it."""

import ast
import csv
from collections import Counter
from pathlib import Path

from mes_cli.paths import ADDONS

HERE = Path(__file__).parent


def read_table(name):
    """Return the rows of a table beside this file, as dicts."""
    with (HERE / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def files():
    """Yield (path inside addons/, tree) of each Python file that is no test."""
    for file in sorted(ADDONS.rglob("*.py")):
        if "tests" not in file.relative_to(ADDONS).parts:
            yield str(file.relative_to(ADDONS)), ast.parse(file.read_text())


def walk(tree, scope=""):
    """Yield (Class.method, node) of all nodes below; '' stands for the module itself."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, (ast.ClassDef, ast.FunctionDef))
        inner = f"{scope}.{node.name}".lstrip(".") if named else scope
        yield inner, node
        yield from walk(node, inner)


# sudo


def is_sudo(node):
    """Whether a call gives the superuser's rights: `sudo(…)`, `env(su=…)`, `with_user(SUPERUSER_ID)`."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", "")
    given = [*node.args, *(word.value for word in node.keywords)]
    is_root = any(isinstance(one, ast.Name) and one.id == "SUPERUSER_ID" for one in given)
    return name == "sudo" or is_root or any(word.arg == "su" for word in node.keywords)


def find_sudo():
    """Return (file, Class.method) → how often it gives the superuser's rights."""
    return Counter(
        (file, scope)
        for file, tree in files()
        if "migrations" not in file and not file.endswith("hooks.py")
        for scope, node in walk(tree)
        if is_sudo(node)
    )


# SQL


def find_unsafe_sql():
    """Return where SQL is run that isn't an `SQL` of a fixed text: [(file, line, what)]."""
    return [
        (file, node.lineno, what)
        for file, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for what in [complain(node, tree)]
        if what
    ]


def complain(node, tree):
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name == "SQL" and node.args and not is_fixed(node.args[0], tree):
        return "the text of an SQL isn't fixed"
    owner = getattr(node.func, "value", None)
    is_cursor = isinstance(owner, ast.Attribute) and owner.attr in ("cr", "_cr") or getattr(owner, "id", "") == "cr"
    runs = name in ("execute", "executemany", "execute_values", "copy_expert")
    if runs and is_cursor and not is_sql(node.args[0], tree):
        return f"{name} of something else than an SQL"
    return None


def is_fixed(node, tree):
    """Whether a text is written down as it is, here or in a constant of the module."""
    if isinstance(node, ast.Name):
        return node.id.isupper() or any(is_fixed(value, tree) for value in values_of(node.id, tree))
    return isinstance(node, ast.Constant)


def is_sql(node, tree):
    """Whether something is an `SQL`: made on the spot, in a name, or by a function that is said to return one."""
    if isinstance(node, ast.Name):
        values = values_of(node.id, tree)
        return bool(values) and all(is_sql(value, tree) for value in values)
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name == "SQL" or any(returns_sql(one) for one in ast.walk(tree) if getattr(one, "name", "") == name)


def returns_sql(function):
    if not isinstance(function, ast.FunctionDef):
        return False
    found = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value]
    return bool(found) and all(is_sql(value, function) for value in found)


def values_of(name, tree):
    """Everything that is assigned to a name in the file."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets)
    ]


# the context


def find_context_keys():
    """Return the keys that our code reads from the context, so that any caller can send them."""
    found = set()
    for _file, tree in files():
        for node in ast.walk(tree):
            found |= set(keys_of(node))
    return found


def keys_of(node):
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and is_context(node.func.value):
        yield from texts(node.args[:1])
    if isinstance(node, ast.Subscript) and is_context(node.value):
        yield from texts([node.slice])
    if isinstance(node, ast.Compare) and any(is_context(one) for one in node.comparators):
        yield from texts([node.left])
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "with_context":
        yield from (word.arg for word in node.keywords if word.arg)


def is_context(node):
    return getattr(node, "attr", getattr(node, "id", "")) in ("context", "_context")


def texts(nodes):
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
