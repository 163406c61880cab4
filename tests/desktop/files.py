"""What a secret must not leave behind."""

from __future__ import annotations

import base64
from pathlib import Path


def files_with(folder: Path, secret: str) -> list[str]:
    """The files that hold the text, as it is or in one of the disguises that programs use."""
    plain = secret.encode()
    disguises = [plain, secret.encode("utf-16-le"), plain.hex().encode(), plain[::-1]]
    disguises += [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        str(path.relative_to(folder)) for path in files if any(disguise in path.read_bytes() for disguise in disguises)
    ]
