"""The other packages for Linux: Arch's, the portable folder, the AppImage and the Flatpak."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from desktop import __version__
from tests.packages.conftest import CHECKOUT
from tests.packages.smoke import smoke

LINUX = CHECKOUT / "packaging" / "linux"
MANIFEST = LINUX / "io.github.ligature.Ligature.yaml"
ARCH = f"ligature-{__version__}-1-x86_64.pkg.tar.zst"
ARCH_LOCAL_MODEL = f"ligature-local-model-{__version__}-1-x86_64.pkg.tar.zst"
PORTABLE = f"ligature-{__version__}-linux-x86_64.tar.zst"
ONLY_IN_DEBIAN = "usr/share/lintian/"
MARK = "usr/lib/ligature/packaged-as"
APPIMAGETOOL = '#!/bin/sh\necho "$ARCH $SOURCE_DATE_EPOCH $*" > "$TOLD"\n'


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def unpacked(archive: Path, folder: Path) -> Path:
    folder.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
    return folder


def contents(folder: Path) -> dict[str, str]:
    """What every file holds, or where it points, without what a package manager keeps for itself."""
    found = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file() and not name.startswith((".", ONLY_IN_DEBIAN)):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_arch_gets_the_same_files_as_debian(dist: Path, tmp_path: Path) -> None:
    arch = unpacked(dist / ARCH, tmp_path / "arch")
    debian = tmp_path / "debian"
    subprocess.run(["dpkg-deb", "--extract", dist / f"ligature_{__version__}_amd64.deb", debian], check=True)

    in_arch, in_debian = contents(arch), contents(debian)

    assert (arch / MARK).read_text(encoding="utf-8") == "arch\n"
    del in_arch[MARK], in_debian[MARK]
    assert in_arch == in_debian


def test_arch_is_told_what_it_needs_to_know(dist: Path, tmp_path: Path) -> None:
    arch = unpacked(dist / ARCH, tmp_path / "arch")
    told = [line.split(" = ", 1) for line in (arch / ".PKGINFO").read_text(encoding="utf-8").splitlines()[1:]]
    facts = {name: value for name, value in told if name != "depend"}
    needed = {value for name, value in told if name == "depend"}

    assert (facts["pkgname"], facts["pkgver"], facts["arch"]) == ("ligature", f"{__version__}-1", "x86_64")
    assert {"glibc", "libx11", "libxcb", "libglvnd", "fontconfig", "ca-certificates"} <= needed
    listed = gzip.decompress((arch / ".MTREE").read_bytes()).decode()
    assert [name for name in contents(arch) if f"./{name} " not in listed] == []
    assert str(int(facts["builddate"])) in listed


def test_arch_gets_the_model_of_the_same_version(dist: Path, tmp_path: Path) -> None:
    arch = unpacked(dist / ARCH_LOCAL_MODEL, tmp_path / "arch")

    assert f"depend = ligature={__version__}" in (arch / ".PKGINFO").read_text(encoding="utf-8").splitlines()
    assert list((arch / "usr/lib/ligature/local-model").glob("*/*.gguf"))


def test_the_portable_folder_runs_from_anywhere(dist: Path, tmp_path: Path) -> None:
    folder = unpacked(dist / PORTABLE, tmp_path / "a folder of mine") / f"ligature-{__version__}"
    program = folder / "ligature"

    assert (folder / "packaged-as").read_text(encoding="utf-8") == "portable\n"
    assert smoke(program, "--portable")[0]["ok"]
    assert any((folder / "data").iterdir())


def test_the_portable_archive_is_in_order_and_nobodys(dist: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.tar"
    subprocess.run(["zstd", "--quiet", "--decompress", dist / PORTABLE, "-o", plain], check=True)
    with tarfile.open(plain) as archive:
        members = archive.getmembers()

    assert len({member.mtime for member in members}) == 1
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}


def test_the_appimage_starts_the_program_wherever_it_is_mounted(frozen: Path, tmp_path: Path) -> None:
    tools, told = tmp_path / "tools", tmp_path / "told"
    tools.mkdir()
    (tools / "appimagetool").write_text(APPIMAGETOOL, encoding="utf-8")
    (tools / "appimagetool").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "TOLD": str(told)}

    python = CHECKOUT / ".venv/bin/python"
    subprocess.run([python, LINUX / "appimage.py"], env=environment, check=True, timeout=120)

    architecture, time, *options, app_dir, target = told.read_text(encoding="utf-8").split()
    assert (architecture, options) == ("x86_64", ["--no-appstream", "--comp", "zstd"])
    assert time.isdigit()
    assert Path(target) == CHECKOUT / "dist" / f"ligature-{__version__}-x86_64.AppImage"
    mounted = tmp_path / "mounted here"
    shutil.copytree(app_dir, mounted, symlinks=True)
    assert smoke(mounted / "AppRun", "--data-dir", tmp_path / "data")[0]["ok"]
    assert subprocess.check_output([mounted / "AppRun", "--version"], text=True).split() == ["Ligature", __version__]
    assert {"ligature.desktop", "ligature.png", ".DirIcon"} <= {path.name for path in mounted.iterdir()}
    assert (mounted / MARK).read_text(encoding="utf-8") == "appimage\n"


def test_without_its_tool_the_appimage_says_what_is_missing(frozen: Path) -> None:
    if shutil.which("appimagetool"):
        pytest.skip("appimagetool is installed")
    python = CHECKOUT / ".venv/bin/python"
    done = subprocess.run([python, LINUX / "appimage.py"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "put appimagetool on the PATH" in done.stderr


def test_the_flatpak_asks_for_no_more_than_it_needs(tmp_path: Path) -> None:
    needs("flatpak-builder")
    told = subprocess.check_output(["flatpak-builder", "--show-manifest", MANIFEST], cwd=tmp_path, text=True)
    manifest = json.loads(told)

    assert manifest["id"] == "io.github.ligature.Ligature"
    assert manifest["command"] == "ligature"
    assert not [given for given in manifest["finish-args"] if "filesystem" in given or "session-bus" in given]
    assert "--talk-name=org.freedesktop.secrets" in manifest["finish-args"]


def test_the_sums_are_those_of_the_packages(dist: Path) -> None:
    packages = {file.name for file in dist.iterdir() if file.name.startswith("ligature")}
    listed = {line.split()[1] for line in (dist / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}

    assert packages <= listed
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=dist, check=True)
