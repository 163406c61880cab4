"""TLS with a company's own authority, in the frozen program, whose OpenSSL is not the system's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.started import Start
from tests.gateway import Gateway
from tests.gateway.certificates import served, signed_by_an_authority
from tests.ui.programs import ENVIRONMENT, write_config

pytestmark = pytest.mark.desktop


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The certificate of an authority that no system knows."""
    return tmp_path / "authority.pem"


@pytest.fixture
def secure_gateway(authority: Path, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway with a certificate from that authority."""
    with Gateway(tls=served(signed_by_an_authority(authority, tmp_path / "server.pem"))) as gateway:
        yield gateway


def test_the_endpoints_certificate_file_is_trusted(
    start: Start, secure_gateway: Gateway, authority: Path, tmp_path: Path
) -> None:
    write_config(tmp_path, secure_gateway, f'ca_file = "{authority}"\n')
    ligature = start(tmp_path, ENVIRONMENT)
    ligature.asks("Are you there?")
    assert ligature.answer().description == "You said: Are you there?"
    assert ligature.quits() == 0


def test_the_systems_certificates_are_trusted(
    start: Start, secure_gateway: Gateway, authority: Path, tmp_path: Path
) -> None:
    write_config(tmp_path, secure_gateway)
    ligature = start(tmp_path, {**ENVIRONMENT, "SSL_CERT_FILE": str(authority)})
    ligature.asks("Are you there?")
    assert ligature.answer().description == "You said: Are you there?"
    assert ligature.quits() == 0


def test_an_authority_that_nobody_knows_is_refused_with_what_to_do(
    start: Start, secure_gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, secure_gateway)
    ligature = start(tmp_path, ENVIRONMENT)
    ligature.asks("Are you there?")
    said = ligature.answer().description
    assert "is not trusted: unable to get local issuer certificate" in said
    assert "certificate file" in said
    assert secure_gateway.chats == []
    assert ligature.quits() == 0
