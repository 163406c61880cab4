"""Copies the icons that the program uses out of the Lucide package into resources/icons/.

Reading them from the package at run time costs 70 ms of imports before the first window; as files they cost 0.1 ms
each. Usage: `make icons`; add a name to the list below first.
"""

from __future__ import annotations

import re
from pathlib import Path

from lucide import lucide_icon

NAMES = """
arrow-down arrow-up audio-lines brain camera check chevron-down chevron-left chevron-right chevron-up circle-alert
circle-check circle-x clock code copy cpu download ellipsis expand external-link eye eye-off file file-text globe
hourglass image image-off image-plus info key-round keyboard link loader-circle message-square panel-left
panel-right paperclip pencil pin pin-off play plug plus quote refresh-cw rotate-ccw save scan search send server
settings share sliders-horizontal square square-pen star telescope text-wrap trash triangle-alert undo-2 upload
wifi-off wrench x zoom-in zoom-out
""".split()
TARGET = Path(__file__).parent.parent / "resources" / "icons"


def main() -> None:
    """Writes one file an icon."""
    TARGET.mkdir(exist_ok=True)
    for name in NAMES:
        svg = lucide_icon(name, stroke_width=1.75)
        svg = re.sub(r' class="[^"]*"', "", svg)
        (TARGET / f"{name}.svg").write_text(svg.strip() + "\n", encoding="utf-8")
    print(f"{len(NAMES)} icons in {TARGET}")


if __name__ == "__main__":
    main()
