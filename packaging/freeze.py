"""Freezes the program into build/frozen/ligature: `freeze.py [PYTHON]`.

The wheel is built and installed into an environment of its own, and that is frozen: from an editable install
PyInstaller makes a bundle that dies of a missing module without saying so. Times and hashes are fixed, so that two
builds of one commit are the same, bit for bit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from linux.icu import slim_icu_data
from product import BUILD, FROZEN, ROOT, commit_time

ENVIRONMENT = BUILD / "environment"
LOCKS = ("runtime.txt", "packaging.txt")


def main(python: str) -> None:
    """Makes the environment if the locks have changed, then the wheel, then the folder."""
    BUILD.mkdir(exist_ok=True)
    variables = os.environ | {
        "SOURCE_DATE_EPOCH": str(commit_time()),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "0",
        "PYTHONNODEBUGRANGES": "1",
    }
    make_environment(python)
    wheels = BUILD / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    run(
        "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, ROOT, env=variables
    )
    [wheel] = wheels.glob("ligature-*.whl")
    run("-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", wheel, env=variables)
    shutil.rmtree(FROZEN.parent, ignore_errors=True)
    if sys.platform != "linux":
        run(ROOT / "packaging" / "icons.py")
    run(
        "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", "--distpath", FROZEN.parent,
        "--workpath", BUILD / "work", ROOT / "packaging" / "ligature.spec",
        env=variables,
    )  # fmt: skip
    if sys.platform == "linux":
        slim_libraries()
    print(f"{FROZEN}: {size_of(FROZEN) / 1e6:.0f} MB")


def make_environment(python: str) -> None:
    """A virtual environment with the locked packages and nothing else."""
    wanted = "".join((ROOT / "requirements" / lock).read_text(encoding="utf-8") for lock in LOCKS)
    stamp = ENVIRONMENT / "locks.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    subprocess.run([python, "-m", "venv", ENVIRONMENT], check=True)
    locks = [part for lock in LOCKS for part in ("-r", ROOT / "requirements" / lock)]
    run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", *locks)
    stamp.write_text(wanted, encoding="utf-8")


def run(*arguments: str | Path, env: dict[str, str] | None = None) -> None:
    """Runs the environment's Python, from a folder where it sees the installed program and not this checkout."""
    folder, name = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    subprocess.run([ENVIRONMENT / folder / name, *arguments], check=True, cwd=BUILD, env=env)


def slim_libraries() -> None:
    """Takes out what only debuggers read, folders of this machine, and ICU's unused data.

    Qt's own libraries stay as they were published.
    """
    libraries = [file for file in FROZEN.rglob("*.so*") if file.is_file() and not file.is_symlink()]
    icu = [library for library in libraries if library.name.startswith("libicu")]
    others = [library for library in libraries if not library.is_relative_to(FROZEN / "_internal" / "PySide6")]
    subprocess.run(["strip", "--strip-unneeded", *icu, *others], check=True)
    python = [library for library in others if library.parent.name in {"_internal", "lib-dynload"}]
    subprocess.run(["chrpath", "--keepgoing", "--delete", *python], check=True, stdout=subprocess.DEVNULL)
    [icu_data] = [library for library in icu if library.name.startswith("libicudata.")]
    slim_icu_data(icu_data, BUILD / "icu")


def size_of(folder: Path) -> int:
    """Bytes of all files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else sys.executable)
