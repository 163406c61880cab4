"""The short run that the program proves itself with, `--smoke`, of whatever form of it was built."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.desktop.started import NO_KEYRING

WITHOUT_A_SCREEN = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def smoke(
    program: Path, *arguments: str | Path, env: Mapping[str, str] = WITHOUT_A_SCREEN
) -> tuple[dict[str, object], str]:
    """What it reports, and all that it complains of; it must end well."""
    done = subprocess.run(
        [program, *arguments, "--smoke"],
        env={**env, **NO_KEYRING}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    report: dict[str, object] = json.loads(done.stdout)
    return report, done.stderr
