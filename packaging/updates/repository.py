"""The update repository: who may sign what, and the signed list of what there is.

    repository.py keys KEYS                   makes all keys, each encrypted with a passphrase
    repository.py init KEYS REPOSITORY        the first state, and the trust anchor that the program ships
    repository.py add KEYS REPOSITORY DIST    the artefacts of this checkout's version, in place of older ones
    repository.py renew KEYS REPOSITORY       the same list with a new date; for a timer
    repository.py root KEYS REPOSITORY        the root with a new date and the keys that KEYS holds now

Three root keys, of which two must sign, and the key of the targets stay offline: they decide what is run on people's
computers. The fourth, `online`, only says that the list is the newest one; it is all that a timer needs, and whoever
steals it can hold updates back for some weeks, but bring none of their own.

The passphrase comes from LIGATURE_KEYS_PASSPHRASE or is asked for. Publish REPOSITORY as it is: `targets/` first, then
`metadata/`, and `metadata/timestamp.json` last.
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import shutil
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, Signer
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from product import DIST, ROOT, version

ANCHOR = ROOT / "resources" / "updates" / "root.json"
ROOT_KEYS = ("root-1", "root-2", "root-3")
ROOT_THRESHOLD = 2
TARGETS_KEY, ONLINE_KEY = "targets", "online"
DAYS_VALID = {Root.type: 365, Targets.type: 180, Snapshot.type: 28, Timestamp.type: 14}
PASSPHRASE = "LIGATURE_KEYS_PASSPHRASE"  # noqa: S105 - the variable's name
# What each artefact is packaged as, and for which system and processor.
ARTEFACTS = (
    (r"ligature_{version}_amd64\.deb", "deb", "linux-x86_64"),
    (r"ligature-{version}-1\.x86_64\.rpm", "rpm", "linux-x86_64"),
    (r"ligature-{version}-1-x86_64\.pkg\.tar\.zst", "arch", "linux-x86_64"),
    (r"ligature-{version}-linux-x86_64\.tar\.zst", "portable", "linux-x86_64"),
    (r"ligature-{version}-x86_64\.AppImage", "appimage", "linux-x86_64"),
    (r"ligature-{version}-windows-x64-setup\.exe", "nsis", "windows-x86_64"),
    (r"ligature-{version}-windows-x64\.msi", "msi", "windows-x86_64"),
    (r"ligature-{version}-macos-arm64\.dmg", "dmg", "macos-arm64"),
)


class Keys:
    """The keys of one folder, opened with one passphrase."""

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        self._folder = folder
        self._passphrase = passphrase

    def make(self) -> None:
        """Makes every key that there is not yet."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (*ROOT_KEYS, TARGETS_KEY, ONLINE_KEY):
            if not self._file(name).exists():
                self._write(name, Ed25519PrivateKey.generate())

    def signer(self, name: str) -> CryptoSigner:
        """What signs with a key."""
        key = serialization.load_pem_private_key(self._file(name).read_bytes(), self._passphrase)
        if not isinstance(key, Ed25519PrivateKey):
            raise SystemExit(f"{name} is no Ed25519 key.")
        return CryptoSigner(key)

    def roots(self) -> list[CryptoSigner]:
        """The root keys, brought together for once."""
        return [self.signer(name) for name in ROOT_KEYS]

    def _write(self, name: str, key: Ed25519PrivateKey) -> None:
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._passphrase),
        )
        descriptor = os.open(self._file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.pem"


class Repository:
    """A folder with `metadata/` and `targets/`. `now` is when its states are made."""

    def __init__(self, folder: Path, keys: Keys, now: datetime | None = None) -> None:
        self.metadata = folder / "metadata"
        self.targets = folder / "targets"
        self._keys = keys
        self._now = now or datetime.now(UTC).replace(microsecond=0)

    def begin(self, anchor: Path) -> None:
        """Makes the first state, without any artefact, and writes the trust anchor."""
        if self.metadata.exists() and any(self.metadata.iterdir()):
            raise SystemExit(f"{self.metadata} is not empty.")
        self.metadata.mkdir(parents=True, exist_ok=True)
        self.targets.mkdir(exist_ok=True)
        root = Metadata(self._with_keys(Root(version=1, consistent_snapshot=True)))
        self._sign_root(root, anchor)
        targets = Metadata(Targets(version=1, expires=self._expiry(Targets.type)))
        self._publish(targets)

    def renew_root(self, anchor: Path) -> None:
        """The root's next version. It has to be signed by two keys of the last one and by two that it names now."""
        last = self._newest(Root)
        self._sign_root(Metadata(self._with_keys(Root(version=last.version + 1, consistent_snapshot=True))), anchor)

    def add(self, dist: Path, version: str) -> list[str]:
        """Puts the artefacts of a version in place of all others; returns their names."""
        found = list(_artefacts(dist, version))
        if not found:
            raise SystemExit(f"{dist} has nothing of version {version}.")
        last = self._newest(Targets)
        signed = Targets(version=last.version + 1, expires=self._expiry(Targets.type))
        for file, kind, platform in found:
            target = TargetFile.from_file(file.name, str(file), ["sha256", "sha512"])
            target.unrecognized_fields["custom"] = {"version": version, "kind": kind, "platform": platform}
            signed.targets[file.name] = target
            shutil.copyfile(file, self.targets / file.name)
        self._publish(Metadata(signed))
        return list(signed.targets)

    def renew(self) -> None:
        """The newest list once more, with a new date: nothing but the online key is needed."""
        self._publish(None)

    def _publish(self, targets: Metadata[Targets] | None) -> None:
        """A new snapshot, of new targets or the last ones, and the timestamp that makes it the state of today."""
        if targets is not None:
            self._sign(targets, [self._keys.signer(TARGETS_KEY)])
            self._save(targets)
        version = self._newest(Targets).version
        number = self._next_number()
        online = [self._keys.signer(ONLINE_KEY)]
        snapshot = Metadata(
            Snapshot(
                version=number, expires=self._expiry(Snapshot.type), meta={"targets.json": MetaFile(version=version)}
            )
        )
        timestamp = Metadata(
            Timestamp(version=number, expires=self._expiry(Timestamp.type), snapshot_meta=MetaFile(version=number))
        )
        self._sign(snapshot, online)
        self._save(snapshot)
        self._sign(timestamp, online)
        timestamp.to_file(str(self.metadata / "timestamp.json"))

    def _sign_root(self, root: Metadata[Root], anchor: Path) -> None:
        """Signs a root, and lets the next build of the program begin with it; older builds follow it from theirs."""
        self._sign(root, self._keys.roots())
        self._save(root)
        anchor.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.metadata / f"{root.signed.version}.root.json", anchor)

    def _with_keys(self, root: Root) -> Root:
        root.expires = self._expiry(Root.type)
        for signer in self._keys.roots():
            root.add_key(signer.public_key, Root.type)
        root.add_key(self._keys.signer(TARGETS_KEY).public_key, Targets.type)
        for role in (Snapshot.type, Timestamp.type):
            root.add_key(self._keys.signer(ONLINE_KEY).public_key, role)
        root.roles[Root.type].threshold = ROOT_THRESHOLD
        return root

    def _next_number(self) -> int:
        file = self.metadata / "timestamp.json"
        return Metadata[Timestamp].from_file(str(file)).signed.version + 1 if file.exists() else 1

    def _newest(self, kind: type[Root | Targets]) -> Root | Targets:
        numbers = [int(file.name.partition(".")[0]) for file in self.metadata.glob(f"*.{kind.type}.json")]
        if not numbers:
            raise SystemExit(f"{self.metadata} has no {kind.type}: run init first.")
        signed = Metadata.from_file(str(self.metadata / f"{max(numbers)}.{kind.type}.json")).signed
        if not isinstance(signed, kind):
            raise SystemExit(f"The newest {kind.type} is none.")
        return signed

    def _expiry(self, role: str) -> datetime:
        return self._now + timedelta(days=DAYS_VALID[role])

    def _sign(self, metadata: Metadata[Any], signers: Iterable[Signer]) -> None:
        for signer in signers:
            metadata.sign(signer, append=True)

    def _save(self, metadata: Metadata[Any]) -> None:
        metadata.to_file(str(self.metadata / f"{metadata.signed.version}.{metadata.signed.type}.json"))


def _artefacts(dist: Path, version: str) -> Iterable[tuple[Path, str, str]]:
    for file in sorted(dist.iterdir()):
        for pattern, kind, platform in ARTEFACTS:
            if re.fullmatch(pattern.replace("{version}", re.escape(version)), file.name):
                yield file, kind, platform


def _passphrase(*, is_new: bool) -> bytes:
    """A new one is asked for twice: keys under a mistyped one are lost."""
    passphrase = os.environ.get(PASSPHRASE)
    try:
        if not passphrase:
            passphrase = getpass.getpass("Passphrase of the keys: ")
            if is_new and getpass.getpass("The same again: ") != passphrase:
                raise SystemExit("The two are not the same. No keys were made.")
    except EOFError:
        passphrase = ""
    if not passphrase:
        raise SystemExit("Keys are never kept without a passphrase.")
    return passphrase.encode()


def main(arguments: list[str]) -> None:
    """Runs one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["keys", "init", "add", "renew", "root"])
    parser.add_argument("keys", type=Path, help="the folder of the keys, which is never published")
    parser.add_argument("repository", type=Path, nargs="?", help="the folder that is published")
    parser.add_argument("dist", type=Path, nargs="?", default=DIST, help="the folder with the artefacts")
    options = parser.parse_args(arguments)
    keys = Keys(options.keys, _passphrase(is_new=options.command == "keys"))
    if options.command == "keys":
        keys.make()
        return
    if options.repository is None:
        parser.error("name the repository's folder")
    repository = Repository(options.repository, keys)
    match options.command:
        case "init":
            repository.begin(ANCHOR)
        case "add":
            print("\n".join(repository.add(options.dist, version())))
        case "renew":
            repository.renew()
        case "root":
            repository.renew_root(ANCHOR)


if __name__ == "__main__":
    main(sys.argv[1:])
