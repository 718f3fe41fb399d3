"""Reads the code that serves requests and looks for what would block them: a sync session, a sync driver."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from headway.doctor.findings import Finding

SERVING = ("headway.app", "headway.cli.worker")
SYNC = (
    "sqlalchemy.create_engine",
    "sqlalchemy.engine.create_engine",
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.orm.sessionmaker",
    "psycopg",
    "psycopg2",
    "pg8000",
    "sqlite3",
)


@dataclass(frozen=True, slots=True)
class Use:
    """Where something sync is used, and by which top-level function (None: the module itself)."""

    module: str
    line: int
    what: str
    function: str | None


def no_sync_session(package: Path) -> Finding:
    """No sync session, engine or driver in any module that the app imports.

    What a batch command calls may stand in such a module too, as long as nothing that serves calls it.

    Args:
        package: the folder of the installed package.
    """
    modules = imported(package, SERVING)
    called = names_in(modules)
    uses = [use for use in sync_uses(modules) if use.function is None or use.function in called]
    if uses:
        first = uses[0]
        more = f", and {len(uses) - 1} more" if len(uses) > 1 else ""
        return Finding(
            "Code",
            "Sync session",
            "wrong",
            f"{first.module}:{first.line} uses {first.what}{more}",
            "Take the request's AsyncSession there (headway.db.Db), and await what it does.",
        )
    return Finding("Code", "Sync session", "ok", f"none in the {len(modules)} modules that serve")


def imported(package: Path, roots: Sequence[str]) -> dict[str, ast.Module]:
    """The package's modules that these import, however indirectly, parsed."""
    found: dict[str, ast.Module] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        file = file_of(package, name)
        if name in found or file is None:
            continue
        found[name] = ast.parse(file.read_bytes(), str(file))
        waiting += candidates(found[name])
    return dict(sorted(found.items()))


def file_of(package: Path, module: str) -> Path | None:
    """A module's file, None for what is no module of this package."""
    top, *parts = module.split(".")
    if top != package.name:
        return None
    place = package.joinpath(*parts)
    for file in (place / "__init__.py", place.with_suffix(".py")):
        if file.is_file():
            return file
    return None


def candidates(tree: ast.Module) -> Iterator[str]:
    """Everything that an import in this module may mean: `from a import b` is a, and a.b if that is a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def names_in(modules: dict[str, ast.Module]) -> set[str]:
    """Every name that is read anywhere; the definition of a function does not read its own."""
    nodes = [node for tree in modules.values() for node in ast.walk(tree)]
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


def sync_uses(modules: dict[str, ast.Module]) -> Iterator[Use]:
    """Where the modules use what blocks."""
    for module, tree in modules.items():
        meaning = imports_of(tree)
        for statement in tree.body:
            is_function = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
            function = statement.name if is_function else None  # type: ignore[attr-defined]
            for node in walk_but_both_kinds(statement, meaning):
                what = dotted(node, meaning)
                if what and any(what == one or what.startswith(f"{one}.") for one in SYNC):
                    yield Use(module, node.lineno, what, function)  # type: ignore[attr-defined]


def walk_but_both_kinds(node: ast.AST, meaning: dict[str, str]) -> Iterator[ast.AST]:
    """Every node, without annotations such as `AsyncSession | Session`: what takes either does not choose."""
    if isinstance(node, ast.BinOp) and any(
        dotted(side, meaning) == "sqlalchemy.ext.asyncio.AsyncSession" for side in (node.left, node.right)
    ):
        return
    yield node
    for below in ast.iter_child_nodes(node):
        yield from walk_but_both_kinds(below, meaning)


def imports_of(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for."""
    meaning = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                meaning[one.asname or top] = one.name if one.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            meaning |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return meaning


def dotted(node: ast.AST, meaning: dict[str, str]) -> str | None:
    """`orm.Session` as sqlalchemy.orm.Session, None for what was not imported."""
    if isinstance(node, ast.Name):
        return meaning.get(node.id)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, meaning)
        return f"{before}.{node.attr}" if before else None
    return None
