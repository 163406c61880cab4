"""Makes the disk image of build/frozen/Ligature.app in dist/: `dmg.py`. On macOS only; see sign.sh and notarize.sh."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from product import DIST, FROZEN, ICONS, NAME, mark, version  # noqa: E402

APPLICATION = FROZEN.parent / f"{NAME}.app"


def main() -> None:
    """Marks, signs, packs, signs again, and has it notarised."""
    # Not beside the executable: in that folder everything has to be signed code.
    mark(APPLICATION / "Contents" / "Resources", "dmg")
    run("sh", HERE / "sign.sh", APPLICATION)
    DIST.mkdir(exist_ok=True)
    image = DIST / f"ligature-{version()}-macos-arm64.dmg"
    settings = ("-s", HERE / "dmg_settings.py", "-D", f"app={APPLICATION}", "-D", f"icon={ICONS / 'ligature.icns'}")
    run(sys.executable, "-m", "dmgbuild", *settings, NAME, image)
    if identity := os.environ.get("LIGATURE_MACOS_IDENTITY"):
        run("codesign", "--force", "--timestamp", "--sign", identity, image)
    run("sh", HERE / "notarize.sh", image)
    print(image)


def run(*command: str | Path) -> None:
    """Runs one step, and ends with it if it fails."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
