"""The texts that go along with every package: copyright and changes in Debian's forms, AppStream metainfo."""

from __future__ import annotations

import json
import textwrap
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Ligature
Upstream-Contact: https://github.com/ligature/ligature/issues
Source: https://github.com/ligature/ligature

Files: *
Copyright: {owner}
License: MIT

Files: usr/lib/ligature/_internal/* usr/lib/ligature/local-model/*
Copyright: {owners}
License: others
Comment:
 The full texts of all licences named here, and where the sources of Qt are, can be read in
 usr/lib/ligature/_internal/desktop/resources/licenses and in the program under Settings, About.

License: MIT
{mit}

License: others
{others}
"""


def copyright_text(root: Path) -> bytes:
    """Whose work it is and under which licences, in Debian's machine-readable form."""
    title, line, text = (root / "LICENSE").read_text(encoding="utf-8").split("\n\n", 2)
    assert title == "MIT License", title
    notices = json.loads((root / "resources/licenses/notices.json").read_text(encoding="utf-8"))
    owners = [f"{notice['name']}: {_owner(notice)}" for notice in notices]
    others = [f"{notice['name']}: {notice['licence']}, {notice['homepage']}" for notice in notices]
    filled = COPYRIGHT.format(
        owner=line.removeprefix("Copyright (c) "), owners="\n".join(_continued(owners)).lstrip(), mit=_paragraphs(text),
        others="\n".join(_continued(others)),
    )  # fmt: skip
    return filled.encode()


def changelog(root: Path, package: str, version: str, maintainer: str, date: datetime) -> bytes:
    """What changed with the newest version, in Debian's form."""
    newest = (root / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    listed = "\n".join(line for line in newest.splitlines() if not line.startswith("### "))
    changes = [" ".join(change.split()) for change in listed.split("\n- ")[1:]]
    lines = [textwrap.fill(change, 78, initial_indent="  * ", subsequent_indent="    ") for change in changes]
    entry = [f"{package} ({version}) unstable; urgency=medium", "", *lines, ""]
    return "\n".join([*entry, f" -- {maintainer}  {format_datetime(date)}", ""]).encode()


def appstream(folder: Path, version: str, date: str) -> bytes:
    """What software centres show."""
    text = (folder / "ligature.metainfo.xml").read_text(encoding="utf-8")
    return text.replace("@VERSION@", version).replace("@DATE@", date).encode()


def _owner(notice: dict[str, str]) -> str:
    lines = (notice.get("copyright") or notice.get("author") or "its authors").splitlines()
    return "; ".join(line.removeprefix("Copyright (C) ").removeprefix("Copyright (c) ") for line in lines)


def _continued(lines: list[str]) -> list[str]:
    """As further lines of a field."""
    return [f" {line}" for line in lines]


def _paragraphs(text: str) -> str:
    """A text of several paragraphs as the value of a field."""
    return "\n".join(f" {line}" if line else " ." for line in text.strip().splitlines())
