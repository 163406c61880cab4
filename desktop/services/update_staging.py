"""Puts a verified new version beside the running one, and in its place when the program has ended.

What runs is not touched before that, and then by one rename, which happens or does not: wherever this is cut off, by a
kill or a power failure, one whole version is there to be started.

- AppImage: the new file takes the old one's name.
- Portable folder: each new version lies in `versions/`, and `ligature` becomes a link to the one in use. `data/` and
  `local-model/` stay where they are, and are linked to from beside each version. What is older than the version that
  runs is removed when the next one is put there.
- Windows: the installer is run, which knows how to replace what it has installed.

A new version must tell its number before it is used: so it is known to start on this computer. A file that waits for
the program's end is verified once more before it is used: days may lie between, and another window may have written.
"""

from __future__ import annotations

import errno
import glob
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from desktop.core.errors import UserError
from desktop.services.installation import APPIMAGE, PORTABLE, VERSIONS_FOLDER, Installation
from desktop.services.update_metadata import UNCHANGED

log = logging.getLogger(__name__)

STARTS_WITHIN_S = 120.0
KEPT_BESIDE = ("data", "local-model")  # of a portable folder: the user's, not the version's
# Set by what this version was started with; the next one finds its own.
OF_THIS_VERSION = ("APPIMAGE", "APPDIR", "ARGV0", "OWD", "_MEIPASS2")
OF_THE_BOOTLOADER = "_PYI_"
ARGUMENTS_VARIABLE = "LIGATURE_ARGUMENTS"  # tells the Windows installer what to start the new version with


@dataclass(frozen=True, slots=True)
class Staged:
    """A version that is ready.

    `switch` puts it in place, once the program has ended; `restart` also starts it, and gives its process.
    """

    version: str
    switch: Callable[[], object]
    restart: Callable[[], subprocess.Popen[bytes]]


def download_folder(installed: Installation, data_dir: Path) -> Path:
    """Where a new version is downloaded to: where it will be needed, so that it need not be copied."""
    if installed.kind == PORTABLE:
        return installed.home / VERSIONS_FOLDER
    return installed.home if installed.kind == APPIMAGE else data_dir / "updates"


def remove_downloads(installed: Installation, folder: Path) -> None:
    """Takes away what earlier downloads have left: installers that have run, and what a kill has cut off."""
    for file in folder.glob(f".{glob.escape(installed.program.name)}.*.new*"):
        file.unlink(missing_ok=True)


def stage(
    installed: Installation, file: Path, version: str, arguments: Sequence[str], verify: Callable[[Path], None]
) -> Staged:
    """Makes a verified file ready; `arguments` are what a restart is given. Raises UserError, and leaves nothing."""
    try:
        if installed.kind == APPIMAGE:
            return _stage_appimage(installed, file, version, arguments, verify)
        if installed.kind == PORTABLE:
            return _stage_portable(installed, file, version, arguments)
    except OSError as error:
        raise not_written(error) from error
    given = {ARGUMENTS_VARIABLE: subprocess.list2cmdline(arguments)}
    run = partial(_run_setup, file, verify)
    return Staged(version, partial(run, "/S"), partial(run, "/S", "/RELAUNCH", variables=given))


def not_written(error: OSError) -> UserError:
    """The disk does not take what was downloaded."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return UserError("There is no room on the disk for the new version.", f"{UNCHANGED} Make room and try again.")
    return UserError(f"The new version cannot be written: {error.strerror}.", UNCHANGED)


def _stage_appimage(
    installed: Installation, file: Path, version: str, arguments: Sequence[str], verify: Callable[[Path], None]
) -> Staged:
    program = installed.program
    shutil.copymode(program, file)  # whoever may run it now may run it afterwards, and nobody else
    try:
        _prove(file, version)
    except UserError:
        file.unlink(missing_ok=True)
        raise
    switch = partial(_verify_and_replace, file, program, verify)
    return Staged(version, switch, partial(_switch_and_start, switch, [str(program), *arguments]))


def _stage_portable(installed: Installation, file: Path, version: str, arguments: Sequence[str]) -> Staged:
    folder = installed.home / VERSIONS_FOLDER / version
    in_place = installed.program.resolve().parent
    try:
        if folder != in_place:  # another window may have put it there
            _remove_old(installed, keep=(file, installed.folder, in_place))
            _unpack(file, folder)
            _complete(installed, folder, version)
    finally:
        file.unlink(missing_ok=True)
    switch = partial(_switch_link, installed.program, Path(VERSIONS_FOLDER, version, installed.program.name))
    return Staged(version, switch, partial(_switch_and_start, switch, [str(installed.program), *arguments]))


def _complete(installed: Installation, folder: Path, version: str) -> None:
    """Links a new version to what stays where it is, proves it, and waits until it is on the disk."""
    try:
        for name in KEPT_BESIDE:
            (folder / name).symlink_to(Path("..", "..", name))
        (installed.home / KEPT_BESIDE[0]).mkdir(exist_ok=True)  # a link to nothing could not be made a folder
        _prove(folder / installed.program.name, version)
        os.sync()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _remove_old(installed: Installation, keep: Collection[Path]) -> None:
    """Takes away what neither runs nor is about to: earlier versions, and what an earlier try has left."""
    for entry in (installed.home / VERSIONS_FOLDER).iterdir():
        if entry in keep:
            continue
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    if installed.folder != installed.home:
        shutil.rmtree(installed.home / "_internal", ignore_errors=True)


def _unpack(archive: Path, folder: Path) -> None:
    """Unpacks the one folder that is in the archive as `folder`."""
    from backports.zstd import tarfile

    partial_folder = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial_folder, ignore_errors=True)
    partial_folder.mkdir()
    try:
        with tarfile.open(archive, "r:zst") as packed:
            packed.extractall(partial_folder, filter="data")
        [inside] = partial_folder.iterdir()
        inside.rename(folder)
    except (tarfile.TarError, ValueError) as error:
        raise UserError("The new version cannot be unpacked.", UNCHANGED) from error
    finally:
        shutil.rmtree(partial_folder, ignore_errors=True)


def _prove(program: Path, version: str) -> None:
    """Lets a program tell its version; raises UserError if it does not start, or is another version."""
    try:
        done = subprocess.run(  # noqa: S603 - a program that those who make Ligature have signed
            [program, "--version"],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=STARTS_WITHIN_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeError) as error:
        raise UserError("The new version does not start on this computer.", UNCHANGED) from error
    if done.stdout.split()[-1:] != [version]:
        raise UserError("The new version is not the one that was offered.", UNCHANGED)


def _switch_link(program: Path, target: Path) -> None:
    link = program.with_name(f".{program.name}.new")
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    _replace(link, program)


def _verify_and_replace(new: Path, old: Path, verify: Callable[[Path], None]) -> None:
    verify(new)
    _replace(new, old)


def _replace(new: Path, old: Path) -> None:
    """The one step that counts, and that is on the disk when this returns."""
    new.replace(old)
    descriptor = os.open(old.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _switch_and_start(switch: Callable[[], None], command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Starts the new version, or the old one again if it could not be replaced."""
    try:
        switch()
    except (OSError, UserError):
        log.exception("the new version could not take the old one's place")
    return _start(command)


def _run_setup(
    file: Path, verify: Callable[[Path], None], *options: str, variables: Mapping[str, str] = MappingProxyType({})
) -> subprocess.Popen[bytes]:
    verify(file)
    return _start([str(file), *options], variables)


def _start(command: Sequence[str], variables: Mapping[str, str] = MappingProxyType({})) -> subprocess.Popen[bytes]:
    """Starts a program that outlives this one."""
    return subprocess.Popen(  # noqa: S603 - the new version, or its installer
        list(command),
        env={**_environment(), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _environment() -> Mapping[str, str]:
    """Ours, without what belongs to this version alone."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OF_THIS_VERSION and not name.startswith(OF_THE_BOOTLOADER)
    }
    return {**kept, "PYINSTALLER_RESET_ENVIRONMENT": "1"}


def restart_arguments(arguments: Sequence[str]) -> list[str]:
    """Of the arguments of a start those that say where its state is; files and links were taken up already."""
    kept: list[str] = []
    given = iter(arguments)
    for argument in given:
        if argument == "--portable" or argument.startswith("--data-dir="):
            kept.append(argument)
        elif argument == "--data-dir":
            kept += [argument, next(given, "")]
    return kept
