"""Signatures for Windows, with a certificate of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages.certificates import is_signed, make_certificate

SIGN = Path(__file__).resolve().parents[2] / "packaging/windows/sign.py"
COMPILER = "x86_64-w64-mingw32-gcc"

MISSING = [name for name in ("osslsigncode", "openssl", COMPILER) if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {MISSING}")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A Windows program without a signature."""
    source = tmp_path / "program.c"
    source.write_text("int main(void) { return 0; }")
    subprocess.run([COMPILER, "-o", tmp_path / "program.exe", source], check=True)
    return tmp_path / "program.exe"


def test_a_signature_is_verified_and_a_changed_byte_is_found(program: Path) -> None:
    assert sign(program, make_certificate(program.parent)).returncode == 0
    assert is_signed(program, program.parent)
    changed = bytearray(program.read_bytes())
    changed[0x600] ^= 1
    program.write_bytes(changed)
    assert not is_signed(program, program.parent)


def test_without_a_certificate_nothing_is_signed_and_that_is_told(program: Path) -> None:
    before = program.read_bytes()
    done = sign(program, {"LIGATURE_WINDOWS_CERTIFICATE": ""})
    assert done.returncode == 0
    assert "program.exe is not signed" in done.stderr
    assert program.read_bytes() == before


def test_a_certificate_that_cannot_be_used_ends_the_build(program: Path) -> None:
    before = program.read_bytes()
    assert sign(program, {**make_certificate(program.parent), "LIGATURE_WINDOWS_PASSWORD": "wrong"}).returncode != 0
    assert program.read_bytes() == before


def sign(program: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, SIGN, program]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)
