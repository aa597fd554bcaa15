"""What the house is built by, where import-linter (pyproject.toml) can't see it: docs/architecture.md says why."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "kubectl_imagepull"

#: So many modules stand on each other at most, the first and the last counted.
LONGEST_CHAIN = 12
#: The same with what is imported inside functions: `__main__` and the table of commands come on top.
LONGEST_LATE_CHAIN = 14
MOST_LINES = 400
MOST_METHODS = 20

#: Names that every module of a kind has: the causes' modules are loaded by their names, and hold the same three things.
COMMON_NAMES = {"fixes": "fixes/causes", "REMEDY": "fixes/causes", "RUNBOOK": "fixes/causes"}
#: File names in more than one room: each is the same subject, as that room sees it.
COMMON_FILES = {
    "manager.py": "vocabulary: the value; evidence: the marks that tell of it",
    "mentions.py": "vocabulary: the value; messages: what a text names",
    "near_names.py": "evidence: finds them; fixes/steps: puts them in",
    "node.py": "evidence: its conditions; fixes/context: how fixes name it; messages/rules: what it says",
    "node_environment.py": "vocabulary: the value; evidence: how it is recognised",
    "pull_secrets.py": "evidence: what they hold; fixes/steps: how they are made and changed",
    "reference.py": "evidence: what a short one is read as; messages/rules: how an invalid one is reported",
    "registry.py": "fixes/context: how fixes name it; messages/rules: what it answers",
    "request.py": "runs: the value; cli: how flags become it",
    "secret_writer.py": "vocabulary: the value; evidence: how it is recognised",
    "workload.py": "vocabulary: the value; evidence: its earlier revisions; fixes/context: how fixes name it",
}
#: Names that tell a searching reader nothing.
EMPTY_NAMES = {"board", "case", "first", "found", "moment", "nothing", "of", "part", "said", "told"}
#: Functions whose results are kept, and why that keeps nothing of a cluster: they depend on a text alone.
CACHES = {
    "cli/flagged_command.py _annotations": "the flags' own annotations",
    "evidence/known_images.py version_order": "the order of one tag; a cluster has each of them many times",
    "evidence/runs.py image_key": "one reference; every pod of a workload has the same",
    "kube/objects.py _time_of": "one time; an hour's events share some thousand of them",
    "messages/classify.py _remembered": "one message; a workload's pods all have the same",
    "messages/classify.py _rule_of": "one message without its names; pods of several workloads have the same",
    "report/text.py _shown": "one character",
    "report/webpage.py _template": "the page's own template",
    "vocabulary/image_reference.py try_parse": "one reference",
    "vocabulary/redaction.py redacted": "one message; a workload's pods all have the same",
}


def paths() -> list[str]:
    """The modules' paths in the package."""
    return [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]


@cache
def trees() -> dict[str, ast.Module]:
    """The modules by their path in the package."""
    return {path: ast.parse((PACKAGE / path).read_text(encoding="utf-8")) for path in paths()}


def every(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    return ((path, node) for path, tree in trees().items() for node in ast.walk(tree) if isinstance(node, kinds))


def dotted(path: str) -> str:
    return ".".join(("kubectl_imagepull", *path.removesuffix(".py").removesuffix("__init__").strip("/").split("/")))


MODULES = {dotted(path).rstrip("."): path for path in paths()}


def imports(node: ast.AST, *, late: bool) -> Iterator[str]:
    """The modules of the package that a module imports: a package only where nothing of it is a module."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and child.module:
            for alias in child.names:
                inner = f"{child.module}.{alias.name}"
                yield inner if inner in MODULES else child.module
        elif isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif late or not isinstance(child, ast.FunctionDef):
            yield from imports(child, late=late)


def longest(chains: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return max(chains, key=lambda chain: (len(chain), chain), default=())


def longest_chain(*, late: bool) -> list[str]:
    below = {
        name: {other for other in imports(trees()[path], late=late) if other in MODULES} - {name}
        for name, path in MODULES.items()
    }

    @cache
    def chain(name: str) -> tuple[str, ...]:
        return (name, *longest(map(chain, below[name])))

    return list(longest(map(chain, below)))


def test_few_modules_stand_on_each_other() -> None:
    chain = longest_chain(late=False)
    assert len(chain) <= LONGEST_CHAIN, chain
    chain = longest_chain(late=True)
    assert len(chain) <= LONGEST_LATE_CHAIN, chain


def test_nothing_lies_loose_at_the_root() -> None:
    loose = {path.name for path in PACKAGE.iterdir() if path.is_file()}
    rooms = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert loose == {"__init__.py", "__main__.py", "py.typed"}
    assert all((room / "__init__.py").is_file() for room in rooms)


def test_no_module_and_no_class_is_too_long_to_read() -> None:
    lines = {path: len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) for path in trees()}
    methods = {
        f"{path} {node.name}": sum(isinstance(item, ast.FunctionDef) for item in node.body)
        for path, node in every(ast.ClassDef)
        if isinstance(node, ast.ClassDef)
    }
    long = {path: number for path, number in lines.items() if number > MOST_LINES}
    wide = {name: number for name, number in methods.items() if number > MOST_METHODS}
    assert (long, wide) == ({}, {}), "move a subject out of it, into a module or class of its own"


@pytest.mark.parametrize("path", [path for path in trees() if path.endswith("/__init__.py")])
def test_each_room_says_what_it_is_for_and_what_it_may_use(path: str) -> None:
    summary, _, rest = (ast.get_docstring(trees()[path]) or "").partition("\n\n")
    assert summary.endswith(".")
    assert re.match(r"(?:It|Each) may use [a-z]", rest), "what may it use?"


# -- names -----------------------------------------------------------------------------------------------------


def public_names(tree: ast.Module) -> Iterator[str]:
    """What a module defines at its top that others may use: classes, functions, constants."""
    for node in tree.body:
        names = [node.name] if isinstance(node, (ast.ClassDef, ast.FunctionDef)) else []
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        names += [target.id for target in targets if isinstance(target, ast.Name)]
        yield from (name for name in names if not name.startswith("_"))


def test_one_name_means_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees().items():
        for name in public_names(tree):
            if not path.startswith(COMMON_NAMES.get(name, "nowhere")):
                places[name].append(path)
    twice = {name: paths for name, paths in places.items() if len(paths) > 1}
    assert twice == {}, "rename one of them"


def test_a_file_name_stands_in_one_room_or_for_one_subject() -> None:
    rooms: dict[str, list[str]] = defaultdict(list)
    for path in trees():
        rooms[path.rpartition("/")[2]].append(path)
    del rooms["__init__.py"]
    several = {name for name, paths in rooms.items() if len(paths) > 1}
    assert several == set(COMMON_FILES), "rename the new one, or say in COMMON_FILES what its subject is in each room"


def test_no_name_is_empty() -> None:
    names = {
        f"{path} {node.name}"
        for path, node in every(ast.ClassDef, ast.FunctionDef)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name.strip("_").lower() in EMPTY_NAMES
    }
    constants = {
        f"{path} {name}" for path, tree in trees().items() for name in public_names(tree) if name.lower() in EMPTY_NAMES
    }
    assert names | constants == set()


# -- how it is written -----------------------------------------------------------------------------------------


def test_each_field_is_explained_on_a_line_of_its_own() -> None:
    bare = []
    for path, node in every(ast.ClassDef):
        # a flag is explained by its help
        if path == "cli/flags.py" or not isinstance(node, ast.ClassDef):
            continue
        if not any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
            continue
        lines = (PACKAGE / path).read_text(encoding="utf-8").splitlines()
        for item in node.body:
            is_field = isinstance(item, ast.AnnAssign) and not ast.unparse(item.annotation).startswith("ClassVar")
            if is_field and not lines[item.lineno - 2].strip().startswith("#: "):
                bare.append(f"{path}:{item.lineno}")
    assert bare == []


def test_conditions_loops_and_functions_are_written_plainly() -> None:
    conditions = [
        f"{path}:{node.lineno}"
        for path, node in every(ast.IfExp)
        if isinstance(node, ast.IfExp) and any(isinstance(part, ast.IfExp) for part in (node.body, node.orelse))
    ]
    loops = [
        f"{path}:{node.lineno}"
        for path, node in every(ast.Expr)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
    ]
    surroundings = [
        f"{path}:{node.lineno}"
        for path, node in every(ast.Nonlocal, ast.Global)
        if isinstance(node, (ast.Nonlocal, ast.Global))
    ]
    assert (conditions, loops, surroundings) == ([], [], [])


def is_cache(node: ast.expr) -> bool:
    name = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(name) in {"cache", "lru_cache", "functools.cache", "functools.lru_cache"}


def test_no_module_keeps_data_of_a_cluster() -> None:
    decorated = {
        f"{path} {node.name}"
        for path, node in every(ast.FunctionDef)
        if isinstance(node, ast.FunctionDef) and any(map(is_cache, node.decorator_list))
    }
    made = {
        f"{path} {ast.unparse(node.targets[0])}"
        for path, node in every(ast.Assign)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and is_cache(node.value.func)
    }
    assert decorated | made == set(CACHES)


def test_nothing_below_the_program_prints() -> None:
    writing = []
    for path, node in every(ast.Name, ast.Attribute):
        if path.startswith(("cli/", "__main__")):
            continue
        text = ast.unparse(node)
        # a login plugin is let at the terminal where there is one: kube asks, and writes nothing there
        if text in {"print", "sys.stdout", "sys.stderr"} and path != "kube/connection/plugin.py":
            writing.append(f"{path} {text}")
    assert writing == []


# -- the page about it -----------------------------------------------------------------------------------------


PAGE = ROOT / "docs/architecture.md"


def test_every_path_that_the_page_names_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = set(re.findall(r"`((?:[a-z_]+/)*(?:[a-z_]+\.(?:py|md|toml)|[a-z_]+/))`", text))
    missing = [name for name in sorted(names) if not any((base / name).exists() for base in (PACKAGE, ROOT))]
    assert missing == []
    assert len(names) > len(list(PACKAGE.iterdir()))


def test_the_page_has_every_room() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rooms = [path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert [room for room in rooms if f"`{room}/`" not in text] == []
