"""Writes what is said of others' work: resources/licenses/ and THIRD_PARTY_NOTICES.md, from the locked packages.

The packages tell their licences, authors and texts themselves; packaging/licences.toml adds what they do not. The
result is the same on every system: what is not installed here, because only other systems need it, is fetched.
Usage: `make notices`, whenever the locks or that file have changed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from email.utils import getaddresses
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path
from typing import Any

from desktop.services.licences import Notice

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "resources" / "licenses"
NOTICES = TEXTS / "notices.json"
PAGE = ROOT / "THIRD_PARTY_NOTICES.md"
LOCKS = ("runtime.txt", "local-model.txt")
LICENCE_FILE = re.compile(r"(?:licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
HOMEPAGES = ("homepage", "home", "source", "source code", "repository", "documentation")
RULE = f"\n\n{'-' * 40}\n\n"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a package says of itself."""

    licence: str
    author: str
    homepage: str
    text: str


Lookup = Callable[[str, Sequence[str]], Facts]  # by name, and the versions that are locked


def main() -> None:
    """Writes all files anew."""
    notices, texts = make_notices(facts_of_package)
    shutil.rmtree(TEXTS / "packages", ignore_errors=True)
    (TEXTS / "packages").mkdir()
    for name, text in texts.items():
        (TEXTS / f"{name}.txt").write_text(text, encoding="utf-8")
    NOTICES.write_text(as_json(notices), encoding="utf-8")
    PAGE.write_text(as_page(notices), encoding="utf-8")
    print(f"{len(notices)} notices in {PAGE.name}")


def added() -> dict[str, Any]:
    """What packaging/licences.toml says."""
    return tomllib.loads((ROOT / "packaging" / "licences.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, list[str]]:
    """The versions of every package that users get, by its name."""
    found: dict[str, list[str]] = {}
    for lock in LOCKS:
        text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
        for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE):
            found.setdefault(name, []).append(version)
    return dict(sorted(found.items()))


def make_notices(lookup: Lookup) -> tuple[list[Notice], dict[str, str]]:
    """All notices, and the texts that packages bring along, by their names; the same text is kept once."""
    data = added()
    texts: dict[str, str] = {}
    names: dict[str, str] = {}
    owners: list[Notice] = []
    for name, versions in locked().items():
        facts = lookup(name, versions)
        entry = data["packages"].get(name, {})
        own = [names.setdefault(facts.text, f"packages/{name}")] if facts.text else []
        texts |= dict.fromkeys(own, facts.text)
        owners.append(_package(name, versions, facts, entry, [*own, *entry.get("texts", ())]))
    owners += [_notice(entry) for entry in data["others"]]
    return list(_with_insides(owners, data["inside"])), texts


def is_allowed(licence: str, allowed: Sequence[str]) -> bool:
    """Whether one of the offered licences can be kept; "and" binds more closely than "or"."""
    offers = licence.split(" OR ")
    return any(all(part in allowed for part in offer.split(" AND ")) for offer in offers)


def facts_of(package: Distribution) -> Facts:
    """What the metadata of a package says, in whatever way its age lets it say so."""
    licence = _field(package, "License-Expression") or _short_licence(package)
    files = [file for file in package.files or [] if ".dist-info" in str(file) and LICENCE_FILE.search(str(file))]
    read = [package.read_text("/".join(file.parts[1:])) or "" for file in sorted(files, key=str)]
    text = RULE.join("\n".join(line.rstrip() for line in part.strip("\n").splitlines()) for part in read)
    return Facts(licence, _author(package), _homepage(package), f"{text}\n" if text else "")


def facts_of_package(name: str, versions: Sequence[str]) -> Facts:
    """Reads the installed package, or fetches its first version."""
    found = installed(name, versions)
    if found is not None:
        return facts_of(found)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", folder]
        subprocess.run([*command, f"{name}=={versions[0]}"], check=True)
        [wheel] = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            [inside] = [path for path in zipfile.Path(archive).iterdir() if path.name.endswith(".dist-info")]
            return facts_of(PathDistribution(inside))


def installed(name: str, versions: Sequence[str]) -> Distribution | None:
    """The package as it is installed here, if it is one of these versions."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    return found if found.version in versions else None


def as_json(notices: Sequence[Notice]) -> str:
    """What the program reads."""
    entries = [{key: value for key, value in asdict(notice).items() if value} for notice in notices]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def as_page(notices: Sequence[Notice]) -> str:
    """What people read."""
    packages = [notice for notice in notices if not notice.part_of]
    parts = [notice for notice in notices if notice.part_of]
    page = (ROOT / "packaging" / "notices.md").read_text(encoding="utf-8")
    for mark, lines in (
        ("@PACKAGES@", (_row(n.name, " or ".join(n.versions), n.licence, n.why, _links(n)) for n in packages)),
        ("@PARTS@", (_row(n.name, n.part_of, n.licence, _links(n)) for n in parts)),
        ("@SOURCES@", (f"- <{source}>" for n in packages if n.name.startswith("pyside6") for source in n.sources)),
    ):
        page = page.replace(mark, "\n".join(lines))
    return page


def _package(name: str, versions: list[str], facts: Facts, entry: dict[str, Any], texts: list[str]) -> Notice:
    sources = [
        source.format(version=version, series=version.rpartition(".")[0])
        for version in versions
        for source in entry.get("sources", ())
    ]
    own = {"licence": facts.licence, "author": facts.author, "homepage": facts.homepage}
    return _notice({**own, **entry, "name": name, "versions": versions, "texts": texts, "sources": sources})


def _notice(entry: dict[str, Any]) -> Notice:
    plain: dict[str, Any] = {
        "part_of" if key == "in" else key: tuple(value) if isinstance(value, list) else value.strip()
        for key, value in entry.items()
    }
    return Notice(**plain)


def _with_insides(owners: Sequence[Notice], insides: Sequence[dict[str, Any]]) -> Iterator[Notice]:
    known = {owner.name for owner in owners}
    if stray := [entry["name"] for entry in insides if entry["in"] not in known]:
        raise SystemExit(f"packaging/licences.toml: in no package that is locked: {', '.join(stray)}")
    for owner in owners:
        yield owner
        for entry in insides:
            if entry["in"] == owner.name:
                yield _notice({"texts": list(owner.texts), **entry})


def _field(package: Distribution, key: str) -> str:
    return package.metadata[key] if key in package.metadata else ""  # noqa: SIM401 - it has no get()


def _short_licence(package: Distribution) -> str:
    spelled, field = added()["spelled"], _field(package, "License")
    if field and is_allowed(field, added()["allowed"]):
        return field
    last = [
        line.rpartition(" :: ")[2]
        for line in package.metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    return " AND ".join(spelled.get(name, name) for name in last) or field


def _author(package: Distribution) -> str:
    names = [name for name, _address in getaddresses(package.metadata.get_all("Author-email") or []) if name]
    return ", ".join(names) or _field(package, "Author")


def _homepage(package: Distribution) -> str:
    lines = [line.partition(", ") for line in package.metadata.get_all("Project-URL") or []]
    links = {label.lower(): link for label, _comma, link in lines}
    return _field(package, "Home-page") or next((links[name] for name in HOMEPAGES if name in links), "")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _links(notice: Notice) -> str:
    return ", ".join(f"[{text.rpartition('/')[2]}](resources/licenses/{text}.txt)" for text in notice.texts)


if __name__ == "__main__":
    main()
