"""Signs programs and installers for Windows, on Linux: `sign.py FILE...`.

    LIGATURE_WINDOWS_CERTIFICATE   the certificate and its key as base64 of a .p12 file; without it nothing is signed
    LIGATURE_WINDOWS_PASSWORD      of that file
    LIGATURE_WINDOWS_TIMESTAMP     the address of who tells the time, so that the signature outlives the certificate;
                                   empty for none

Windows warns of an unsigned installer; that is no reason not to build one.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from product import HOMEPAGE, NAME  # noqa: E402

USUAL_TIMESTAMP = "http://timestamp.digicert.com"


def certificate() -> bytes:
    """What is signed with; empty if there is none."""
    return base64.b64decode(os.environ.get("LIGATURE_WINDOWS_CERTIFICATE", ""))


def sign(file: Path) -> None:
    """Signs a file in its place, or says that it is not signed."""
    found = certificate()
    if not found:
        print(f"LIGATURE_WINDOWS_CERTIFICATE is not set: {file.name} is not signed.", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as secrets:  # which only this user can enter
        key, password, signed = (Path(secrets) / name for name in ("certificate.p12", "password", "signed"))
        key.write_bytes(found)
        password.write_text(os.environ.get("LIGATURE_WINDOWS_PASSWORD", ""), encoding="utf-8")
        timestamp = os.environ.get("LIGATURE_WINDOWS_TIMESTAMP", USUAL_TIMESTAMP)
        subprocess.run(
            ["osslsigncode", "sign", "-pkcs12", key, "-readpass", password, "-h", "sha256", "-n", NAME, "-i", HOMEPAGE]
            + (["-ts", timestamp] if timestamp else [])
            + ["-in", file, "-out", signed],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        file.write_bytes(signed.read_bytes())


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        sign(Path(argument))
