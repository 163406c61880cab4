"""Ligature: a desktop chat client in which one model thinks and another answers."""

__version__ = "0.1.0"
