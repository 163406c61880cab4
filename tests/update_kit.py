"""An update repository on the loopback device, with keys of its own, and programs small enough to be replaced often."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from backports.zstd import tarfile

from desktop.core.errors import UserError
from desktop.services.installation import Installation, installation
from tests.gateway import Framing, Gateway, Reply, Response, error
from tests.gateway.wire import Request

SCRIPT = Path(__file__).parents[1] / "packaging" / "updates" / "repository.py"
SETTINGS = """
base_url = "{base_url}"
notes_url = "https://example.org/v{{version}}"
every_days = 7

[commands]
deb = "sudo apt install ./{{file}}"
"""
PROGRAM = """#!/bin/sh
echo Ligature {version}
"""


@cache
def repository_script() -> ModuleType:
    """packaging/updates/repository.py, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("update_repository", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["update_repository"] = module
    spec.loader.exec_module(module)
    return module


class UpdateServer(Gateway):
    """Serves `published/`, and in place of its files what stands in `routes`. `resources/` has the trust anchor."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.published = folder / "published"
        self.resources = folder / "resources"
        self.dist = folder / "dist"
        self.dist.mkdir(parents=True)
        self.script = repository_script()
        self.keys = self.script.Keys(folder / "keys", b"for tests")
        self.keys.make()
        self.at().begin(self.resources / "updates" / "root.json")
        self.write_settings(self.resources)

    @property
    def base_url(self) -> str:
        """What updates.toml is to say."""
        return f"http://127.0.0.1:{self.port}/updates"

    def write_settings(self, folder: Path) -> None:
        """Lets the programs that read this folder look for updates here."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "updates.toml").write_text(SETTINGS.format(base_url=self.base_url), encoding="utf-8")

    def at(self, now: datetime | None = None) -> Any:
        """The repository, as it would be changed at some time."""
        return self.script.Repository(self.published, self.keys, now or datetime.now(UTC).replace(microsecond=0))

    def publish(self, version: str, now: datetime | None = None) -> None:
        """Offers a version for each way of installing that replaces itself, and one that does not."""
        for file in self.dist.iterdir():
            file.unlink()
        program = PROGRAM.format(version=version).encode()
        (self.dist / f"ligature-{version}-x86_64.AppImage").write_bytes(program)
        (self.dist / f"ligature-{version}-linux-x86_64.tar.zst").write_bytes(packed(version, program))
        (self.dist / f"ligature-{version}-windows-x64-setup.exe").write_bytes(program)
        (self.dist / f"ligature_{version}_amd64.deb").write_bytes(program)
        self.at(now).add(self.dist, version)

    def path_of(self, name: str) -> str:
        """Under which a target is asked for."""
        return f"/updates/targets/{name}"

    def change(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Serves a file of the repository other than it is."""
        self.routes[f"/updates/{path}"] = served(change((self.published / path).read_bytes()))

    def _reply(self, request: Request) -> Reply:
        if request.path in self.routes:
            return self.routes[request.path]
        file = self.published / request.path.removeprefix("/updates/")
        return served(file.read_bytes()) if file.is_file() else error(404, "No such file.")


def served(content: bytes) -> Response:
    """A file, as a plain server of files sends it."""
    pieces = tuple(content[start : start + 65536] for start in range(0, len(content), 65536))
    headers = {"Content-Type": "application/octet-stream"}
    return Response(pieces or (b"",), headers=headers, framing=Framing.LENGTH)


def flipped(content: bytes) -> bytes:
    """The same with one bit changed in the middle."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def packed(version: str, program: bytes, mark: str = "portable") -> bytes:
    """A portable program as its package is: one folder, with a link in it."""
    buffer = io.BytesIO()
    with tarfile.open(None, "w:zst", buffer) as tar:
        for name, content, mode in (
            ("ligature", program, 0o755),
            ("packaged-as", f"{mark}\n".encode(), 0o644),
            ("_internal/library.so.1", version.encode(), 0o644),
        ):
            member = tarfile.TarInfo(f"ligature-{version}/{name}")
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo(f"ligature-{version}/_internal/library.so")
        link.type, link.linkname = tarfile.SYMTYPE, "library.so.1"
        tar.addfile(link)
    return buffer.getvalue()


def install_portable(home: Path, version: str) -> Installation:
    """A portable program of that version, with a chat beside it."""
    home.mkdir(parents=True)
    archive = io.BytesIO(packed(version, PROGRAM.format(version=version).encode()))
    with tarfile.open(None, "r:zst", archive) as tar:
        tar.extractall(home.parent / f"{home.name}.unpacked", filter="data")
    for part in (home.parent / f"{home.name}.unpacked" / f"ligature-{version}").iterdir():
        part.rename(home / part.name)
    (home / "data").mkdir()
    (home / "data" / "chat.txt").write_text("mine", encoding="utf-8")
    return installation(home / "ligature", {})


def install_appimage(folder: Path, version: str) -> Installation:
    """An AppImage of that version, as if it were mounted beside."""
    image, mount = folder / "Ligature.AppImage", folder / "mount"
    mount.mkdir(parents=True)
    image.write_text(PROGRAM.format(version=version), encoding="utf-8")
    image.chmod(0o755)
    (mount / "ligature").write_bytes(b"")
    (mount / "packaged-as").write_text("appimage\n", encoding="utf-8")
    return installation(mount / "ligature", {"APPIMAGE": str(image)})


def contents(folder: Path) -> dict[str, bytes | str]:
    """Every file below a folder with what is in it, and every link with where it leads."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = str(path.readlink())
        elif path.is_file():
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def said(caught: Any) -> str:
    """What the user reads of an error."""
    assert isinstance(caught.value, UserError)
    return caught.value.text
