"""Makes what installs the program on Windows, into dist/: `installers.py [setup|msi]... [--payload FOLDER]`.

Runs on Linux, of the folder that was frozen on Windows: both compilers are there (NSIS; wixl, the only one for MSI that
needs no Windows), and so is what signs. Without a certificate, see sign.py, nothing is signed, which is told.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import msi  # noqa: E402
import sign  # noqa: E402
from product import (  # noqa: E402
    BUILD,
    COPYRIGHT,
    DIST,
    FROZEN,
    HOMEPAGE,
    ICONS,
    PICTURES,
    PUBLISHER,
    SCHEME,
    four_numbers,
    mark,
    version,
)

WORK = BUILD / "windows"
ICON = ICONS / "ligature.ico"
SIDEBAR = ICONS / "sidebar.bmp"


def main() -> None:
    """Makes what is asked for, or both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", choices=[[], "setup", "msi"], help="both, if none is named")
    parser.add_argument("--payload", type=Path, default=FROZEN, help="the frozen folder")
    parser.add_argument("--version", default=version())
    parser.add_argument("--dist", type=Path, default=DIST)
    parser.add_argument("--wait", type=int, default=60, help="seconds that a running program is given to close")
    options = parser.parse_args()
    if not SIDEBAR.is_file():
        subprocess.run([sys.executable, HERE.parent / "icons.py"], check=True)
    options.dist.mkdir(parents=True, exist_ok=True)
    payload = _payload(options.payload)
    if not options.kinds or "setup" in options.kinds:
        _finish(make_setup(payload, options.version, options.dist, wait_s=options.wait))
    if not options.kinds or "msi" in options.kinds:
        mark(payload, "msi")
        _finish(msi.make(payload, options.version, options.dist, WORK))


def make_setup(payload: Path, of_version: str, dist: Path, *, wait_s: int) -> Path:
    """The installer for one user, by NSIS."""
    mark(payload, "nsis")
    setup = dist.resolve() / f"ligature-{of_version}-windows-x64-setup.exe"
    lists = WORK / "lists.nsh"
    lists.write_text("\n".join(_lists(payload)), encoding="utf-8")
    definitions = {
        "VERSION": of_version,
        "FOUR_NUMBERS": four_numbers(of_version),
        "PAYLOAD": payload,
        "OUTPUT": setup,
        "ICON": ICON,
        "SIDEBAR": SIDEBAR,
        "PUBLISHER": PUBLISHER,
        "COPYRIGHT": COPYRIGHT,
        "HOMEPAGE": HOMEPAGE,
        "SCHEME": SCHEME,
        "WAIT_S": wait_s,
        "SIZE_KIB": sum(file.stat().st_size for file in payload.rglob("*") if file.is_file()) // 1024,
    }
    if sign.certificate():
        definitions["SIGN"] = f'"{sys.executable}" "{HERE / "sign.py"}"'  # of the uninstaller
    defined = [f"-D{name}={value}" for name, value in definitions.items()]
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defined, lists, HERE / "ligature.nsi"]
    subprocess.run(command, check=True)
    return setup


def _payload(frozen: Path) -> Path:
    """A copy of the frozen folder, with the program signed: what goes into the installers."""
    program = frozen / "ligature.exe"
    if not program.is_file():
        raise SystemExit(f"There is no {program}: freeze the program on Windows first.")
    payload = WORK / "payload"
    shutil.rmtree(payload, ignore_errors=True)
    shutil.copytree(frozen, payload)
    sign.sign(payload / "ligature.exe")
    return payload


def _lists(payload: Path) -> Iterator[str]:
    """What stands in the folder itself, and the types of pictures, as macros."""
    yield "!macro EACH_PART what"
    yield from (f'!insertmacro ${{what}} "{part.name}"' for part in sorted(payload.iterdir()))
    yield "!macroend"
    yield "!macro EACH_PICTURE_TYPE"
    yield from (f'WriteRegStr HKCU "${{APPLICATION}}\\SupportedTypes" "{ending}" ""' for ending in PICTURES)
    yield "!macroend\n"


def _finish(installer: Path) -> None:
    sign.sign(installer)
    print(f"{installer}: {installer.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
