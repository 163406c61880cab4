"""`python -m desktop` and the `ligature` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the program; returns its exit status."""
    from desktop.app import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
