"""Certificates for a gateway that speaks TLS: a self-signed one, and one that a private authority has signed."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def self_signed(file: Path) -> Path:
    """A certificate for this computer with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("127.0.0.1")
    file.write_bytes(_pem(_builder(name, name, key, is_authority=True).sign(key, hashes.SHA256()), key))
    return file


def signed_by_an_authority(authority: Path, file: Path) -> Path:
    """The same, signed by an authority of our own, whose certificate (without its key) goes to `authority`."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name("A company's own authority")
    root = _builder(issuer, issuer, authority_key, is_authority=True).sign(authority_key, hashes.SHA256())
    authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    leaf = _builder(_name("127.0.0.1"), issuer, key, is_authority=False).sign(authority_key, hashes.SHA256())
    file.write_bytes(_pem(leaf, key))
    return file


def served(file: Path) -> ssl.SSLContext:
    """What a server with this certificate is made with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    builder = x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)


def _pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
    encoding, unlocked = serialization.Encoding.PEM, serialization.NoEncryption()
    return certificate.public_bytes(encoding) + key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, unlocked)
