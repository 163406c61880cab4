"""Copies the icons that the program uses out of the Lucide package into resources/icons/.

Reading them from the package at run time costs 70 ms of imports before the first window; as files they cost 0.1 ms
each. Usage: `make icons`; add a name to the list below first. Icons that are not listed are removed.
"""

from __future__ import annotations

import re
from pathlib import Path

from lucide import lucide_icon

NAMES = """
arrow-down arrow-up bookmark brain check chevron-down chevron-left chevron-right chevron-up circle-alert code
columns-2 copy cpu download ellipsis eye eye-off file file-text git-compare-arrows globe hourglass image image-off
image-plus info
key-round link maximize message-square minus panel-left paperclip pencil pin play plus quote refresh-cw rotate-ccw
scan scan-eye search send server settings share sliders-horizontal square square-pen star telescope text-wrap
trash triangle-alert wrench x
""".split()
OWN = {"ligature"}  # drawn for this program
TARGET = Path(__file__).parent.parent / "resources" / "icons"


def main() -> None:
    """Writes one file an icon."""
    TARGET.mkdir(exist_ok=True)
    for file in TARGET.glob("*.svg"):
        if file.stem not in OWN.union(NAMES):
            file.unlink()
    for name in NAMES:
        svg = lucide_icon(name, stroke_width=1.75)
        svg = re.sub(r' class="[^"]*"', "", svg)
        (TARGET / f"{name}.svg").write_text(svg.strip() + "\n", encoding="utf-8")
    print(f"{len(NAMES)} icons in {TARGET}")


if __name__ == "__main__":
    main()
