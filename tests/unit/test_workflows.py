"""What runs on other computers cannot be tried here; at least it calls what there is, and pins what it takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
SCRIPT = re.compile(r"\b(?:packaging|scripts)/[\w/]+\.(?:py|sh|ps1)\b")

pytestmark = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return found


def commands(path: Path) -> list[str]:
    return [step["run"] for job in jobs(path).values() for step in job["steps"] if "run" in step]


def test_every_action_is_pinned_by_hash_with_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []


def test_every_script_that_is_called_is_there(path: Path) -> None:
    called = {script for command in commands(path) for script in SCRIPT.findall(command)}
    assert [script for script in called if not (CHECKOUT / script).is_file()] == []


def test_every_target_that_is_made_is_in_the_makefile(path: Path) -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    made = {target for command in commands(path) for target in re.findall(r"^make ([a-z-]+)$", command, re.MULTILINE)}
    assert [target for target in made if f"\n{target}:" not in makefile] == []


def test_every_job_has_an_end_and_rights_of_its_own(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {}
    assert [name for name, job in jobs(path).items() if "timeout-minutes" not in job] == []
    assert [name for name, job in jobs(path).items() if "permissions" not in job] == []


def test_nothing_from_outside_is_pasted_into_commands(path: Path) -> None:
    assert [command for command in commands(path) if "${{" in command] == []
