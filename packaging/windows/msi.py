"""The package for administrators, by wixl: the list of files is harvested from the frozen folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from product import HOMEPAGE, ICONS, PICTURES, PUBLISHER, SCHEME, four_numbers

HERE = Path(__file__).resolve().parent
NAMED = "ligature.exe"  # stands in ligature.wxs itself
PLACE_OF_TYPES = "<!-- picture types -->"


def make(payload: Path, version: str, dist: Path, build: Path) -> Path:
    """The package, whose files all come from `payload`, a folder in `build`."""
    package = dist.resolve() / f"ligature-{version}-windows-x64.msi"
    files = build / "files.wxs"
    files.write_text(_harvest(payload), encoding="utf-8")
    source = build / "ligature.wxs"
    text = (HERE / "ligature.wxs").read_text(encoding="utf-8")
    source.write_text(text.replace(PLACE_OF_TYPES, _picture_types()), encoding="utf-8")
    icon = Path(shutil.copy(ICONS / "ligature.ico", build))
    definitions = {
        "Version": ".".join(four_numbers(version).split(".")[:3]),
        "Publisher": PUBLISHER,
        "Homepage": HOMEPAGE,
        "Scheme": SCHEME,
        "Icon": icon.name,  # wixl finds files from where it runs only
        "Payload": payload.relative_to(build),
        "Win64": "yes",
    }
    defined = [part for name, value in definitions.items() for part in ("-D", f"{name}={value}")]
    package.unlink(missing_ok=True)
    subprocess.run(["wixl", "--arch", "x64", *defined, "--output", package, source, files], cwd=build, check=True)
    return package


def _harvest(payload: Path) -> str:
    """All files of the folder, in an order that does not depend on the disk."""
    files = sorted(file for file in payload.rglob("*") if file.is_file() and file != payload / NAMED)
    places = ("--prefix", f"{payload}/", "--var", "var.Payload", "--directory-ref", "INSTALLDIR")
    return subprocess.run(
        ["wixl-heat", *places, "--component-group", "Files", "--win64"],
        input="".join(f"{file}\n" for file in files),
        text=True,
        capture_output=True,
        check=True,
    ).stdout


def _picture_types() -> str:
    return "\n".join(
        f'<RegistryValue Type="string" Key="SupportedTypes" Name="{ending}" Value=""/>' for ending in PICTURES
    )
