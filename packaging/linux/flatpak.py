"""Lays out in build/flatpak what the Flatpak's manifest copies: `flatpak.py`."""

from __future__ import annotations

from tree import BUILD, install_program

if __name__ == "__main__":
    install_program(BUILD / "flatpak", "flatpak")
