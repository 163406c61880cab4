"""Signatures for Windows, with a certificate of the test's own."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SIGN = Path(__file__).resolve().parents[2] / "packaging/windows/sign.py"
COMPILER = "x86_64-w64-mingw32-gcc"
PASSWORD = "käse & brot"

MISSING = [name for name in ("osslsigncode", "openssl", COMPILER) if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {MISSING}")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A Windows program without a signature."""
    source = tmp_path / "program.c"
    source.write_text("int main(void) { return 0; }")
    subprocess.run([COMPILER, "-o", tmp_path / "program.exe", source], check=True)
    return tmp_path / "program.exe"


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    """A certificate with its key, as a secret of a workflow holds it; its public part is in certificate.pem."""
    files = [tmp_path / name for name in ("key.pem", "certificate.pem", "certificate.p12")]
    key, public, both = map(str, files)
    extension = ("-addext", "extendedKeyUsage=codeSigning")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test", *extension]
    subprocess.run([*make, "-keyout", key, "-out", public], check=True, capture_output=True)
    pack = ["openssl", "pkcs12", "-export", "-inkey", key, "-in", public, "-out", both, "-passout", f"pass:{PASSWORD}"]
    subprocess.run(pack, check=True, capture_output=True)
    return base64.b64encode(files[2].read_bytes()).decode()


def test_a_signature_is_verified_and_a_changed_byte_is_found(program: Path, certificate: str) -> None:
    assert sign(program, certificate).returncode == 0
    assert verified(program)
    changed = bytearray(program.read_bytes())
    changed[0x600] ^= 1
    program.write_bytes(changed)
    assert not verified(program)


def test_without_a_certificate_nothing_is_signed_and_that_is_told(program: Path) -> None:
    before = program.read_bytes()
    done = sign(program, "")
    assert done.returncode == 0
    assert "program.exe is not signed" in done.stderr
    assert program.read_bytes() == before


def test_a_certificate_that_cannot_be_used_ends_the_build(program: Path, certificate: str) -> None:
    before = program.read_bytes()
    assert sign(program, certificate, password="wrong").returncode != 0
    assert program.read_bytes() == before


def sign(program: Path, certificate: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    variables = {
        "LIGATURE_WINDOWS_CERTIFICATE": certificate,
        "LIGATURE_WINDOWS_PASSWORD": password,
        "LIGATURE_WINDOWS_TIMESTAMP": "",
    }
    command: list[str | Path] = [sys.executable, SIGN, program]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)


def verified(program: Path) -> bool:
    authority = program.with_name("certificate.pem")
    command: list[str | Path] = ["osslsigncode", "verify", "-CAfile", authority, "-in", program]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
