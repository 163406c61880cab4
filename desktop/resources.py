"""Finds the files in resources/, which stand beside the package in a checkout and inside it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def resources_dir() -> Path:
    """The folder with endpoints, models, icons and translations."""
    package = Path(__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def resource(*names: str) -> Path:
    """The path of one resource, such as `resource("endpoints", "openai.toml")`."""
    return resources_dir().joinpath(*names)
