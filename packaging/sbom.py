"""Writes dist/ligature-V.cdx.json, the CycloneDX list of all that is inside the packages: `sbom.py`, after freeze.py.

What depends on what is read by cyclonedx-py in the environment that was frozen. Licences, what packages carry inside
and what only other systems' packages hold come from the notices, hashes from the locks. The same commit gives the same
file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from freeze import ENVIRONMENT
from product import BUILD, DIST, HOMEPAGE, PUBLISHER, ROOT, SUMMARY, commit_time, version

from desktop.services.licences import Notice, read_notices

SPECIFICATION = "1.6"
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
Json = dict[str, Any]


def main() -> None:
    """Puts the file together."""
    found = _environment()
    refs = {component["bom-ref"]: _purl(component["name"], component["version"]) for component in found["components"]}
    components = list(_components(read_notices(), set(refs.values())))
    DIST.mkdir(exist_ok=True)
    path = DIST / f"ligature-{version()}.cdx.json"
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{HOMEPAGE}/{version()}/{_commit()}')}",
        "version": 1,
        "metadata": _metadata(found["metadata"]["tools"]),
        "components": components,
        "dependencies": _dependencies(found["dependencies"], refs, {component["bom-ref"] for component in components}),
    }
    path.write_text(json.dumps(bom, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(path)


def _environment() -> Json:
    """What cyclonedx-py finds in the environment that was frozen."""
    folder = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
    command = [folder / "python", "-m", "cyclonedx_py", "environment", "--output-reproducible", "--no-validate"]
    found = subprocess.check_output([*command, "--spec-version", SPECIFICATION, folder / "python"], cwd=BUILD)
    listed: Json = json.loads(found)
    return listed


def _metadata(tools: Json) -> Json:
    when = datetime.fromtimestamp(commit_time(), UTC)
    program = {
        "type": "application",
        "bom-ref": _own_purl(),
        "name": "ligature",
        "version": version(),
        "description": SUMMARY,
        "publisher": PUBLISHER,
        "purl": _own_purl(),
        "licenses": [{"license": {"id": "MIT"}}],
        "externalReferences": [{"type": "website", "url": HOMEPAGE}],
    }
    return {"timestamp": when.isoformat().replace("+00:00", "Z"), "tools": tools, "component": program}


def _components(notices: Sequence[Notice], installed: set[str]) -> Iterator[Json]:
    """Each package, and in it what it carries inside."""
    hashes = _locked_hashes()
    for notice in notices:
        if notice.part_of:
            continue
        inside = [_component(part, part_of=notice.name) for part in notices if part.part_of == notice.name]
        component = _component(notice)
        if notice.versions:
            chosen = next((v for v in notice.versions if _purl(notice.name, v) in installed), notice.versions[0])
            component |= _locked(notice, chosen, hashes)
        elif notice.name == "Python":
            component["version"] = _python_version()
        yield component | ({"components": inside} if inside else {})


def _component(notice: Notice, part_of: str = "") -> Json:
    name = f"{part_of}/{notice.name}" if part_of else notice.name
    component: Json = {
        "type": "library",
        "bom-ref": name,
        "name": notice.name,
        "licenses": [_licence(notice.licence)],
        "externalReferences": [{"type": "website", "url": notice.homepage}],
    }
    for key, value in (("description", notice.why), ("copyright", notice.copyright)):
        if value:
            component[key] = value
    return component


def _locked(notice: Notice, chosen: str, hashes: dict[str, list[str]]) -> Json:
    """What is known of one version of a package; the hashes are those of the files that it may be installed from."""
    purl = _purl(notice.name, chosen)
    files = [{"alg": "SHA-256", "content": digest} for digest in hashes[purl]]
    references = [
        {"type": "website", "url": notice.homepage},
        {"type": "distribution", "url": f"https://pypi.org/project/{notice.name}/{chosen}/", "hashes": files},
        *({"type": "source-distribution", "url": link} for link in notice.sources if f"-{chosen}." in link),
    ]
    return {"bom-ref": purl, "version": chosen, "purl": purl, "externalReferences": references}


def _licence(expression: str) -> Json:
    if " " in expression:
        return {"expression": expression}
    return {"license": {"name" if expression.startswith("LicenseRef-") else "id": expression}}


def _locked_hashes() -> dict[str, list[str]]:
    """By the package's address."""
    found: dict[str, list[str]] = {}
    for lock in ("runtime.txt", "local-model.txt"):
        text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
        for entry in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE):
            if named := re.match(r"([a-z0-9.-]+)==(\S+)", entry):
                found[_purl(named[1], named[2])] = HASH.findall(entry)
    return found


def _dependencies(found: Sequence[Json], refs: dict[str, str], kept: set[str]) -> list[Json]:
    """What depends on what, without the tools that packages are made with."""
    own = _purl("ligature", version())
    renamed = []
    for entry in found:
        ref = refs.get(entry["ref"], "")
        if ref == own:
            ref = _own_purl()
        elif ref not in kept:
            continue
        on = sorted(refs[other] for other in entry.get("dependsOn", ()) if refs[other] in kept)
        renamed.append({"ref": ref, "dependsOn": on})
    return sorted(renamed, key=lambda entry: str(entry["ref"]))


def _purl(name: str, release: str) -> str:
    return f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{release}"


def _own_purl() -> str:
    return f"pkg:github/ligature/ligature@v{version()}"


def _python_version() -> str:
    settings = (ENVIRONMENT / "pyvenv.cfg").read_text(encoding="utf-8")
    return settings.split("version = ")[1].split()[0]


def _commit() -> str:
    return subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()


if __name__ == "__main__":
    main()
