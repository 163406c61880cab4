"""Which libraries of the system a package needs: what its files name and it does not have along."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tree import elf_files

NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
REFERENCES = re.compile(r"required from (\S+):\n((?:    0x.*\n)+)")


def needed_libraries(root: Path) -> dict[str, set[str]]:
    """The names of libraries outside, each with the versions of their symbols that are asked for."""
    elves = elf_files(root)
    own = {elf.name for elf in elves}
    needed: dict[str, set[str]] = {}
    for elf in elves:
        told = subprocess.check_output(["objdump", "-p", elf], text=True)
        for name in NEEDED.findall(told):
            if name not in own:
                needed.setdefault(name, set())
        for name, lines in REFERENCES.findall(told):
            if name not in own:
                needed.setdefault(name, set()).update(line.split()[-1] for line in lines.splitlines())
    return needed


def rpm_requirements(root: Path) -> list[str]:
    """As rpm's own tools write them, and every distribution that uses rpm provides them."""
    needed = needed_libraries(root)
    versions = (f"{name}({version})(64bit)" for name, asked in needed.items() for version in asked)
    return sorted([*(f"{name}()(64bit)" for name in needed), *versions])


def arch_packages(root: Path, names: Mapping[str, str]) -> list[str]:
    """The packages that have the libraries; one that nobody has looked up yet stops the build."""
    needed = needed_libraries(root)
    if unknown := sorted(needed.keys() - names.keys()):
        raise SystemExit(f"Add to [arch-libraries] in packages.toml: {', '.join(unknown)}")
    return sorted({names[library] for library in needed})


def debian_packages(root: Path, work: Path) -> list[str]:
    """As dpkg-shlibdeps finds them, without those whose libraries go along."""
    control = work / "debian/control"
    control.parent.mkdir(parents=True, exist_ok=True)
    control.write_text("Source: ligature\n\nPackage: ligature\nArchitecture: amd64\n", encoding="utf-8")
    elves = elf_files(root)
    own = [f"-l{folder}" for folder in sorted({elf.parent for elf in elves})]
    along = [f"-x{package}" for package in _packages_of(elf.name for elf in elves)]
    command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", *own, *along, *(f"-e{elf}" for elf in elves)]
    found = subprocess.run(command, cwd=work, text=True, capture_output=True, check=False)
    if found.returncode:
        raise SystemExit("\n".join(line for line in found.stderr.splitlines() if ": error: " in line))
    return found.stdout.strip().removeprefix("shlibs:Depends=").split(", ")


def _packages_of(libraries: Iterable[str]) -> list[str]:
    """Debian's packages that have libraries of these names."""
    patterns = [f"/usr/lib/*/{library}" for library in libraries if ".so." in library]
    patterns += [pattern.removeprefix("/usr") for pattern in patterns]
    found = subprocess.run(["dpkg-query", "--search", *patterns], text=True, capture_output=True, check=False)
    return sorted({line.split(":")[0] for line in found.stdout.splitlines()})
