"""What is easily forgotten when something else changes: lock files, icons, and what the README promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.services.keys import variable_of
from desktop.services.paths import Paths
from desktop.services.settings import SettingsFile
from desktop.ui.shortcuts import ACTIONS

CHECKOUT = Path(__file__).parent.parent.parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
ICONS = {path.stem for path in (CHECKOUT / "resources" / "icons").glob("*.svg")}
HOMES = re.compile(r"/(?:home|root|Users)/(?!somebody)\w")
TEMPORARY = re.compile(r"/tm[p]\b")


def locked(name: str) -> set[str]:
    """The packages of one lock file."""
    text = (CHECKOUT / "requirements" / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))


def sources() -> Iterator[ast.AST]:
    """Every node of the program's code."""
    for path in (CHECKOUT / "desktop").rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def strings(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The texts among them."""
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def icons_of(call: ast.Call) -> Iterator[str]:
    """The icons that a call names: what follows the icons that it is given, or what `icon()` and `pixmap()` get."""
    asks = isinstance(call.func, ast.Attribute) and call.func.attr in {"icon", "pixmap"}
    names = call.args[:1] if asks else []
    for given, following in pairwise(call.args):
        if ast.unparse(given) in {"icons", "self._icons"}:
            names.append(following)
    for name in names:
        choices = (name.body, name.orelse) if isinstance(name, ast.IfExp) else (name,)
        yield from (choice for choice in strings(iter(choices)) if choice.islower())  # else it is an object's name


@pytest.mark.parametrize("path", sorted((CHECKOUT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_lock_files_name_no_index_and_no_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert locked(path.name)
    assert not re.search(r"://|^--(?:extra-)?index-url|^--find-links", text, re.MULTILINE)


def test_no_file_names_a_place_on_somebodys_computer() -> None:
    if not (CHECKOUT / ".git").exists():
        pytest.skip("needs a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = CHECKOUT / name
        text = path.read_text(encoding="utf-8", errors="ignore") if path.is_file() and path.suffix != ".png" else ""
        if HOMES.search(text) or (not name.startswith("tests/") and TEMPORARY.search(text)):
            found.append(name)
    assert found == []


def test_every_icon_that_the_program_names_is_there() -> None:
    named = {icon for node in sources() if isinstance(node, ast.Call) for icon in icons_of(node)}
    assert len(named) > 20
    assert named - ICONS == set()


def test_every_icon_that_is_there_is_named_by_the_program() -> None:
    assert ICONS - set(strings(sources())) == set()


def test_the_readme_names_only_options_that_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--help"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    named = set(re.findall(r"`(--[a-z-]+)", README))
    assert {"--data-dir", "--smoke", "--version"} <= named
    assert [option for option in named if option not in done.stdout] == []


def test_the_readme_names_only_targets_and_files_that_there_are() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(?:`|)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= targets
    assert [target for target in targets if f"\n{target}:" not in makefile] == []
    links = re.findall(r"\]\(([^:)]+)\)|(?:src|srcset)=\"([^\"]+)\"", README)
    assert [name for pair in links for name in pair if name and not (CHECKOUT / name).exists()] == []


def test_the_readmes_config_file_can_be_used(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example
    paths = Paths.under(tmp_path)
    paths.config_file.write_text(example[1], encoding="utf-8")
    settings = SettingsFile(paths).load()
    assert [endpoint.id for endpoint in settings.endpoints] == ["ai302", "lab"]
    assert settings.endpoints[0].key_url  # comes from the preset
    assert not settings.problems


def test_the_readme_names_the_variable_for_keys() -> None:
    prefix = variable_of("x").removesuffix("X")
    assert f"`{prefix}<" in README


def test_the_readme_lists_all_shortcuts() -> None:
    assert [action.name for action in ACTIONS if action.keys[0] not in README] == []
