"""`make bench`: speed and size as tab-separated rows: figure, value, unit, limit, ok.

The exit status is 1 if a limit is broken.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Iterator, Sequence

import PySide6
from PySide6.QtWidgets import QApplication

from tests.benchmarks import bench_export, bench_fusion, bench_program, bench_view, view_bench
from tests.benchmarks.figures import Figure


def main(parts: Sequence[str]) -> int:
    """Runs all parts, or those that are named: `view`, `program`, `fusion`, `export`."""
    print(f"# Python {platform.python_version()}, PySide6 {PySide6.__version__}, {platform.machine()}")
    print("figure\tvalue\tunit\tlimit\tok", flush=True)
    application = QApplication([])
    probe_ms = view_bench.probe_ms()
    factor = max(1.0, probe_ms / view_bench.PROBE_REFERENCE_MS)
    figures: list[Figure] = []
    if not parts or "program" in parts:
        figures += _printed(bench_program.figures(factor))
    if not parts or "view" in parts:
        figures += _printed(bench_view.figures())
    if not parts or "fusion" in parts:
        figures += _printed(bench_fusion.figures(factor))
    if not parts or "export" in parts:
        figures += _printed(bench_export.figures(factor))
    application.quit()
    return 0 if all(figure.holds for figure in figures) else 1


def _printed(figures: Iterable[Figure]) -> Iterator[Figure]:
    for figure in figures:
        print(figure.row(), flush=True)
        yield figure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
