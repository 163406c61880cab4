"""Certificates that sign programs, made for one test."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

PASSWORD = "käse & brot"


def make_certificate(folder: Path) -> dict[str, str]:
    """What tells packaging/windows/sign.py to sign with it; its public part is certificate.pem."""
    files = [folder / name for name in ("key.pem", "certificate.pem", "certificate.p12")]
    key, public, both = map(str, files)
    extension = ("-addext", "extendedKeyUsage=codeSigning")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test", *extension]
    subprocess.run([*make, "-keyout", key, "-out", public], check=True, capture_output=True)
    pack = ["openssl", "pkcs12", "-export", "-inkey", key, "-in", public, "-out", both, "-passout", f"pass:{PASSWORD}"]
    subprocess.run(pack, check=True, capture_output=True)
    return {
        "LIGATURE_WINDOWS_CERTIFICATE": base64.b64encode(files[2].read_bytes()).decode(),
        "LIGATURE_WINDOWS_PASSWORD": PASSWORD,
        "LIGATURE_WINDOWS_TIMESTAMP": "",
    }


def is_signed(program: Path, folder: Path) -> bool:
    """True if it has a whole signature by the certificate that was made in the folder."""
    command: list[str | Path] = ["osslsigncode", "verify", "-CAfile", folder / "certificate.pem", "-in", program]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
