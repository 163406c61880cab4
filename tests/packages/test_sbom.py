"""The list of all that is inside the packages, as machines read it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop import __version__
from desktop.services.licences import read_notices
from scripts.update_notices import locked

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = CHECKOUT / "build" / "environment" / ("Scripts" if sys.platform == "win32" else "bin")
STRICT = """
import sys
from pathlib import Path
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text(encoding="utf-8"))
sys.exit(str(wrong) if wrong else 0)
"""


@pytest.fixture
def file(dist: Path) -> Path:
    return dist / f"ligature-{__version__}.cdx.json"


@pytest.fixture
def bom(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def test_it_is_valid_to_the_letter(file: Path) -> None:
    subprocess.run([PROGRAMS / "python", "-c", STRICT, file], check=True)


def test_every_package_that_users_get_is_in_it_with_address_licence_and_hashes(bom: dict[str, Any]) -> None:
    packages = {part["name"]: part for part in bom["components"] if "purl" in part}
    assert set(packages) == set(locked())
    for name, versions in locked().items():
        part = packages[name]
        assert part["version"] in versions
        assert part["purl"] == f"pkg:pypi/{name}@{part['version']}"
        assert part["licenses"]
        [distribution] = [link for link in part["externalReferences"] if link["type"] == "distribution"]
        assert all(re.fullmatch(r"[0-9a-f]{64}", digest["content"]) for digest in distribution["hashes"])
        assert distribution["hashes"]


def test_what_packages_carry_inside_is_in_them(bom: dict[str, Any]) -> None:
    inside = {(part["name"], one["name"]) for part in bom["components"] for one in part.get("components", ())}
    assert inside == {(notice.part_of, notice.name) for notice in read_notices() if notice.part_of}


def test_the_program_depends_on_what_it_asks_for_and_nothing_on_a_tool(bom: dict[str, Any]) -> None:
    refs = {part["bom-ref"] for part in bom["components"]}
    own = bom["metadata"]["component"]["bom-ref"]
    depends = {entry["ref"]: entry["dependsOn"] for entry in bom["dependencies"]}
    assert {ref.partition("@")[0] for ref in depends[own]} >= {"pkg:pypi/httpx", "pkg:pypi/pyside6-essentials"}
    assert set(depends) - {own} <= refs
    assert {ref for on in depends.values() for ref in on} <= refs


def test_the_same_commit_gives_the_same_file(file: Path) -> None:
    before = file.read_bytes()
    subprocess.run([sys.executable, "packaging/sbom.py"], cwd=CHECKOUT, check=True, capture_output=True)
    assert file.read_bytes() == before


def test_nothing_under_the_gpl_is_frozen(frozen: Path) -> None:
    """Python's own modules of these names would bring libraries under the GPL."""
    gpl = re.compile(r"readline|gdbm|imagequant|x265|fribidi")
    assert [file.name for file in frozen.parent.rglob("*") if gpl.search(file.name)] == []


def test_the_frozen_program_has_every_licence_text(frozen: Path) -> None:
    folder = frozen.parent / "_internal" / "desktop" / "resources" / "licenses"
    assert all((folder / f"{text}.txt").is_file() for notice in read_notices() for text in notice.texts)
    assert (folder / "notices.json").is_file()


LIST_FROZEN = """
import sys
from importlib.metadata import packages_distributions
from PyInstaller.archive.readers import CArchiveReader
archive = CArchiveReader(sys.argv[1]).open_embedded_archive("PYZ.pyz")
packages = packages_distributions()
for name in {name.partition(".")[0] for name in archive.toc} & set(packages):
    print(*packages[name])
"""


def test_nothing_is_frozen_that_is_not_in_it(frozen: Path, bom: dict[str, Any]) -> None:
    """Such as what the freezer's own tools brought into its environment."""
    found = subprocess.check_output([PROGRAMS / "python", "-c", LIST_FROZEN, frozen], text=True)
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in found.split()}
    known = {part["name"] for part in bom["components"]} | {"ligature", "pyinstaller"}
    assert names
    assert names - known == set()
