"""Packages for Fedora and Arch of the same files as the Debian ones, by nfpm, into dist/: `rpm_and_arch.py`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from descriptions import Description, arch_libraries, describe
from libraries import arch_packages, rpm_requirements
from tree import (
    BUILD,
    DIST,
    HOMEPAGE,
    LINUX,
    MAINTAINER,
    PROGRAM_DIR,
    ZSTD,
    commit_time,
    install_local_model,
    install_program,
    version,
)

NFPM = BUILD / "environment" / "bin" / "nfpm"
NAMES = {"rpm": "{name}-{version}-1.x86_64.rpm", "archlinux": "{name}-{version}-1-x86_64.pkg.tar.zst"}
MARKS = {"rpm": "rpm", "archlinux": "arch"}
COMPRESSION = "zstd:15"
COMPRESSION_OF_WEIGHTS = "zstd:3"  # they hardly shrink


def main() -> None:
    """Builds both packages for both systems."""
    DIST.mkdir(exist_ok=True)
    model = BUILD / "nfpm" / "ligature-local-model"
    install_local_model(model)
    for system, mark in MARKS.items():
        program = BUILD / "nfpm" / mark / "ligature"
        install_program(program, mark)
        _build(program, system, COMPRESSION)
        _build(model, system, COMPRESSION_OF_WEIGHTS)


def _build(root: Path, system: str, compression: str) -> None:
    about = describe(root.name, system)
    config = BUILD / "nfpm" / f"{about.name}-{system}.yaml"
    config.write_text(_filled(_values(root, system, about) | {"COMPRESSION": compression}), encoding="utf-8")
    target = DIST / NAMES[system].format(name=about.name, version=version())
    subprocess.run(
        [NFPM, "package", "--config", config, "--packager", system, "--target", target],
        check=True, env=os.environ | {"SOURCE_DATE_EPOCH": str(commit_time())}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    if system == "archlinux":
        _compress_anew(target)


def _compress_anew(package: Path) -> None:
    """Smaller by a tenth than nfpm does it, which for Arch cannot be told how."""
    large = package.rename(package.with_suffix(".large"))
    subprocess.run(["zstd", "--quiet", "--decompress", "--rm", large, "-o", package.with_suffix("")], check=True)
    subprocess.run([*ZSTD, "--rm", "--force", package.with_suffix(""), "-o", package], check=True)


def _values(root: Path, system: str, about: Description) -> dict[str, object]:
    libraries: dict[str, Callable[[], list[str]]] = {
        "rpm": lambda: rpm_requirements(root),
        "archlinux": lambda: arch_packages(root, arch_libraries()),
    }
    return {
        "NAME": about.name,
        "VERSION": version(),
        "MAINTAINER": MAINTAINER,
        "SUMMARY": about.summary,
        "DESCRIPTION": about.description,
        "HOMEPAGE": HOMEPAGE,
        "TIME": datetime.fromtimestamp(commit_time(), UTC).isoformat().replace("+00:00", "Z"),
        "DEPENDS": [*libraries[system](), *about.depends],
        "RECOMMENDS": about.recommends,
        "SUGGESTS": about.suggests,
        "CONTENTS": [entry for path in sorted(root.rglob("*")) if (entry := _entry(root, path))],
    }


def _entry(root: Path, path: Path) -> dict[str, Any]:
    """One file, link or folder of ours, as nfpm wants it told; nothing for folders that belong to the system."""
    inside = path.relative_to(root)
    if path.is_symlink():
        return {"src": str(path.readlink()), "dst": f"/{inside}", "type": "symlink"}
    mode = {"file_info": {"mode": path.stat().st_mode & 0o777}}
    if path.is_file():
        return {"src": str(path), "dst": f"/{inside}", **mode}
    is_ours = inside.is_relative_to(PROGRAM_DIR) or inside.parent == Path("usr/share/doc")
    return {"dst": f"/{inside}", "type": "dir", **mode} if is_ours else {}


def _filled(values: dict[str, object]) -> str:
    """The template with the values as JSON, which YAML understands."""
    text = (LINUX / "nfpm.yaml").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", json.dumps(value))
    return text


if __name__ == "__main__":
    main()
