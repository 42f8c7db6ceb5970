"""The layers of docs/architecture.md hold: nothing imports upwards, Keras and scikeras stay in their rooms."""

import ast
import collections
import pathlib
import re
import textwrap

import pytest

from tests.package_files import modules

REPO_ROOT = pathlib.Path(__file__).resolve().parents[1]
PACKAGE = REPO_ROOT / "skerosion"
TABLE_ROW = re.compile(r"\| *(\d+) *\| *((?:`[^`]+`(?:, )?)+) *\|")
NETWORK_LIBRARIES = {"keras", "tensorflow", "jax", "torch"}
NETWORK_LAYERS = range(3, 6)
LONGEST_MODULE = 350


def read_table(text):
    """Return room -> (layer, position) from the table of the architecture page."""
    names = [
        (room.strip("`/").removesuffix(".py"), int(layer))
        for layer, rooms in TABLE_ROW.findall(text)
        for room in re.findall(r"`[^`]+`", rooms)
    ]
    return {room: (layer, position) for position, (room, layer) in enumerate(names)}


ROOMS = read_table((REPO_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
MODULES = modules(PACKAGE)
FRONT_DOOR = PACKAGE / "__init__.py"


def module_name(path):
    """Return the dotted name of a file below the repository."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name):
    """Return the room of a dotted name of the package, None for the package itself."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else None


def is_type_checking(node):
    """Tell whether an ``if`` runs for type checkers only."""
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def running_nodes(node):
    """Walk a tree, functions included, leaving out what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        yield child
        if is_type_checking(child):
            for other in child.orelse:
                yield other
                yield from running_nodes(other)
        else:
            yield from running_nodes(child)


def imported_names(tree, importer, is_package):
    """Yield (dotted name, line) of what a module imports: statements, ``import_module("...")``, ``skerosion.name``."""
    for node in running_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = absolute_source(node, importer, is_package)
            yield from ((f"{source}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            if node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, node.lineno
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "skerosion":
            yield f"skerosion.{node.attr}", node.lineno


def absolute_source(node, importer, is_package):
    """Return the absolute name of what a ``from`` statement imports from."""
    if not node.level:
        return node.module
    parts = importer.split(".")
    kept = len(parts) - node.level + is_package
    return ".".join(parts[:kept] + ([node.module] if node.module else []))


def complaints(source, importer, is_package=False, rooms=ROOMS):
    """Return what is wrong with the imports of one module, one line each."""
    room = room_of(importer)
    if room not in rooms:
        return [f"{importer}: no row for {room!r} in docs/architecture.md"]
    layer, found = rooms[room][0], []
    for name, line in imported_names(ast.parse(source), importer, is_package):
        where, top = f"{importer}:{line} imports {name}", name.split(".")[0]
        if top == "scikeras" and importer != "skerosion.estimators._scikeras":
            found.append(f"{where}: only skerosion.estimators._scikeras does")
        if top in NETWORK_LIBRARIES and layer not in NETWORK_LAYERS:
            found.append(f"{where}: only layers 3 to 5 do")
        if top == "skerosion" and (reason := back_edge(name, room, rooms)):
            found.append(f"{where}: {reason}")
    return found


def back_edge(name, room, rooms):
    """Return why ``room`` must not import ``name`` of the package, None where it may."""
    target = room_of(name)
    if target in (None, "__version__"):
        return None
    if target not in rooms:
        return "no room; import a name from the room that holds it"
    if rooms[target] > rooms[room]:
        return f"layer {rooms[target][0]}, {target} stands after {room} in docs/architecture.md"
    return None


def crossings(source, importer, is_package=False):
    """Return the private names of other rooms that a module imports, one line each."""
    room = room_of(importer)
    names = imported_names(ast.parse(source), importer, is_package)
    return [f"{importer}:{line} imports {name}" for name, line in names if is_private_elsewhere(name, room)]


def is_private_elsewhere(name, room):
    """Tell whether a dotted name of the package is private to a room other than `room`."""
    parts = name.split(".")
    if parts[0] != "skerosion" or len(parts) < 3 or parts[1] == room:
        return False
    # A module beside the rooms, such as `skerosion._keys`, is there for all of them; what is private in it is not.
    return any(is_private(part) for part in parts[2:])


def is_private(part):
    """Tell whether a part of a dotted name starts with an underscore and is none of Python's own."""
    return part.startswith("_") and not part.endswith("__")


PRIVATE_TO_LIBRARIES = {
    "skerosion._private_sklearn",
    "skerosion.networks._private_keras",
    "skerosion.estimators._scikeras",
    # Which attributes fitted estimators of scikit-learn keep is what the format of files is about.
    "skerosion.experiments.file_format._compiled",
}
LIBRARIES = {"imblearn", "joblib", "keras", "matplotlib", "numpy", "pandas", "scikeras", "scipy", "sklearn"}


def private_uses(source, importer, own_names):
    """Return the private names of other libraries that a module imports or reads off objects, one line each."""
    tree = ast.parse(source)
    for name, line in imported_names(tree, importer, is_package=False):
        library, *parts = name.split(".")
        if library in LIBRARIES and any(is_private(part) or part == "src" for part in parts):
            yield f"{importer}:{line} imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own_names:
            yield f"{importer}:{node.lineno} reads {ast.unparse(node)}"


def names_given(tree):
    """Yield every name that a module gives: functions, classes, variables, parameters, modules, attributes of self."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.asname or node.name


def test_private_names_of_libraries_stand_in_one_module_each():
    sources = {module_name(path): path.read_text(encoding="utf-8") for path in MODULES}
    own_names = {name for source in sources.values() for name in names_given(ast.parse(source))} | {"_fields"}
    found = [
        line
        for module, source in sources.items()
        if module not in PRIVATE_TO_LIBRARIES
        for line in private_uses(source, module, own_names)
    ]
    assert not found, "take it from skerosion._private_sklearn or networks._private_keras:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from sklearn.utils import _safe_indexing", 1),
        ("from sklearn.tree._tree import Tree", 1),
        ("import keras.src.backend", 1),
        ("from keras.src import backend", 1),
        ("layer._flatten_layers()", 1),
        ("estimator._validate_data(X)", 1),
        ("from sklearn.utils import get_tags\nself._own\nkeras.src_of\nX.__array__()", 0),
    ],
)
def test_private_uses_are_found(source, expected):
    assert len([*private_uses(source, "skerosion.metrics._scorers", {"_own"})]) == expected


def test_private_names_stay_in_their_room():
    found = [
        line
        for path in MODULES
        for line in crossings(path.read_text(encoding="utf-8"), module_name(path), path.stem == "__init__")
    ]
    assert not found, "import a name that the room's __init__ offers:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from skerosion.networks._heads import find_head, list_heads", 2),
        ("from skerosion.networks import find_head, _heads", 1),
        ("def late():\n    import skerosion.networks._heads", 1),
        ("from ..networks._heads import find_head", 1),
        ("from skerosion.networks import find_head", 0),
        ("from skerosion.metrics._crps import crps\nfrom ._crps import _mean", 0),
        ("from skerosion._keys import as_keys", 0),
        ("from skerosion._keys import _as_text", 1),
    ],
)
def test_crossings_are_counted(source, expected):
    assert len(crossings(source, "skerosion.metrics._scorers")) == expected


def test_table_is_read():
    assert ROOMS["clinical"][0] == 0 and ROOMS["_lazy"][0] == 0
    assert ROOMS["forecasts"] < ROOMS["metrics"] < ROOMS["networks"] < ROOMS["estimators"] < ROOMS["commands"]


@pytest.mark.parametrize("room", ROOMS)
def test_room_of_the_table_exists(room):
    assert (PACKAGE / room / "__init__.py").is_file() or (PACKAGE / f"{room}.py").is_file()


@pytest.mark.parametrize("path", [path for path in MODULES if path != FRONT_DOOR], ids=module_name)
def test_imports_go_down(path):
    assert not complaints(path.read_text(encoding="utf-8"), module_name(path), is_package=path.stem == "__init__")


def test_front_door_imports_the_lazy_loader_only():
    names = imported_names(ast.parse(FRONT_DOOR.read_text(encoding="utf-8")), "skerosion", is_package=True)
    assert [name for name, _ in names] == ["skerosion._lazy.attach_stub"]


def test_modules_are_short():
    lengths = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_MODULE}


def test_files_of_different_rooms_have_different_names():
    """Whoever reads a traceback or a list of tabs knows the file by its name alone."""
    rooms = collections.defaultdict(set)
    for path in MODULES:
        if path.stem != "__init__":
            rooms[path.name].add(room_of(module_name(path)))
    assert not {name: sorted(where) for name, where in rooms.items() if len(where) > 1}


@pytest.mark.parametrize(
    ("importer", "source", "expected"),
    [
        ("skerosion.metrics._crps", "from skerosion.estimators import CNNClassifier", "layer 4"),
        ("skerosion.metrics._crps", "def late():\n    import skerosion.report._score_tables", "layer 6"),
        ("skerosion.metrics._crps", "from ..networks import losses", "layer 3"),
        ("skerosion.datasets._rows", "from skerosion.imbalance import grades_of", "imbalance stands after datasets"),
        ("skerosion.metrics._crps", "from skerosion import CNNClassifier", "import a name from the room"),
        ("skerosion.metrics._crps", "skerosion.CNNClassifier()", "import a name from the room"),
        ("skerosion.metrics._crps", "def late():\n    from keras import ops", "only layers 3 to 5"),
        ("skerosion.metrics._crps", "import_module('tensorflow')", "only layers 3 to 5"),
        ("skerosion.commands", "import keras", "only layers 3 to 5"),
        ("skerosion.estimators._base", "import scikeras", "only skerosion.estimators._scikeras does"),
        ("skerosion.unknown", "", "no row for 'unknown'"),
    ],
)
def test_a_broken_rule_is_named(importer, source, expected):
    (complaint,) = complaints(source, importer)
    assert expected in complaint


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("skerosion.estimators._scikeras", "from scikeras.wrappers import BaseWrapper\nimport keras"),
        ("skerosion.metrics._crps", "from skerosion.forecasts import GridDistribution"),
        ("skerosion.metrics._crps", "from . import _points\nfrom .._validation import check"),
        ("skerosion.imbalance._weighter", "from skerosion import datasets, __version__"),
        ("skerosion.commands", "import skerosion\nprint(skerosion.__version__)"),
        ("skerosion.metrics._crps", "if TYPE_CHECKING:\n    from skerosion.estimators import CNNClassifier"),
    ],
)
def test_what_is_allowed_passes(importer, source):
    assert complaints(source, importer) == []


def test_relative_imports_of_a_package_resolve():
    source = textwrap.dedent("""
        from ._crps import crps
        from ..report import tables
    """)
    (complaint,) = complaints(source, "skerosion.metrics", is_package=True)
    assert "skerosion.report.tables" in complaint


@pytest.mark.parametrize("path", [path for path in MODULES if "commands" not in path.parts], ids=module_name)
def test_no_option_of_a_command_is_named_below_the_commands(path):
    """Errors name parameters; `skerosion.commands` says what they are called on the command line."""
    texts = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)]
    assert not [
        (text.lineno, found)
        for text in texts
        if isinstance(text.value, str)
        for found in re.findall(r"(?<![\w-])--[a-z][a-z-]+", text.value)
    ]
