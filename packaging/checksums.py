"""Writes SHA256SUMS of all that is in dist/, and tells what there is and how large: `checksums.py`."""

from __future__ import annotations

import hashlib

from product import DIST

SUMS = "SHA256SUMS"


def main() -> None:
    """For `sha256sum --check`."""
    made = sorted(file for file in DIST.iterdir() if file.is_file() and file.name != SUMS)
    sums = []
    for file in made:
        with file.open("rb") as content:
            sums.append(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n")
        print(f"{file.stat().st_size / 1e6:8.1f} MB  {file.relative_to(DIST.parent)}")
    (DIST / SUMS).write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    main()
