"""The build hook decides what to do from what lies on the disk."""

import importlib.util
import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

ROOT = Path(__file__).parent.parent
T = TypeVar("T")


class Interface(Generic[T]):
    """Stands in for hatchling's class: hatchling is there only while building."""


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    plugin = types.ModuleType("hatchling.builders.hooks.plugin.interface")
    plugin.BuildHookInterface = Interface  # type: ignore[attr-defined]
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, plugin.__name__, plugin)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with sources and a built page, but no stamp yet."""
    (tmp_path / "web/src").mkdir(parents=True)
    (tmp_path / "web/package.json").write_text("{}")
    (tmp_path / "web/src/main.tsx").write_text("one")
    (tmp_path / "src/headway/webui").mkdir(parents=True)
    (tmp_path / "src/headway/webui/index.html").write_text("<html>")
    return tmp_path


def stamp(hook: Any, root: Path) -> None:
    (root / "src/headway/webui/.built-from").write_text(hook.digest(root / "web"))


def test_a_checkout_that_was_never_built_is_stale(hook: Any, checkout: Path) -> None:
    assert hook.is_stale(checkout)
    stamp(hook, checkout)
    assert not hook.is_stale(checkout)


def test_a_changed_renamed_or_removed_source_makes_it_stale(hook: Any, checkout: Path) -> None:
    source = checkout / "web/src/main.tsx"
    stamp(hook, checkout)
    source.write_text("two")
    assert hook.is_stale(checkout)
    stamp(hook, checkout)
    source.rename(source.with_name("other.tsx"))
    assert hook.is_stale(checkout)
    stamp(hook, checkout)
    source.with_name("other.tsx").unlink()
    assert hook.is_stale(checkout)


def test_tests_and_times_do_not(hook: Any, checkout: Path) -> None:
    stamp(hook, checkout)
    (checkout / "web/src/main.test.tsx").write_text("a test")
    (checkout / "web/src/main.tsx").touch()
    assert not hook.is_stale(checkout)


def test_built_files_that_were_deleted_are_built_again(hook: Any, checkout: Path) -> None:
    stamp(hook, checkout)
    (checkout / "src/headway/webui/index.html").unlink()
    assert hook.is_stale(checkout)


def test_an_sdist_without_web_sources_uses_what_it_brings(hook: Any, tmp_path: Path) -> None:
    assert not hook.is_stale(tmp_path)


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v18.20.4", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("what?", False),
    ],
)
def test_which_nodes_are_new_enough(hook: Any, tmp_path: Path, version: str, enough: bool) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho '{version}'\n")
    node.chmod(0o755)
    assert hook.is_new_enough(str(node)) is enough


def test_node_modules_count_when_they_hold_what_the_lock_asks_for(hook: Any, tmp_path: Path) -> None:
    lock = {
        "packages": {
            "": {"name": "web"},
            "node_modules/react": {"version": "19.3.1"},
            "node_modules/eslint": {"version": "9.39.5", "dev": True},
            "node_modules/binding": {"version": "1.0.0", "optional": True},
        }
    }
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    assert not hook.is_installed(tmp_path)
    record = tmp_path / "node_modules/.package-lock.json"
    record.parent.mkdir()
    record.write_text(json.dumps({"packages": {"node_modules/react": {"version": "19.3.1"}}}))
    assert hook.is_installed(tmp_path)
    record.write_text(json.dumps({"packages": {"node_modules/react": {"version": "19.3.0"}}}))
    assert not hook.is_installed(tmp_path)
