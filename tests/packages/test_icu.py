"""ICU, whose unused data is left out of Linux packages, still does what Qt asks it for."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Qt uses ICU on Linux")

# Sorting, character sets, time zones, letter case, by the beginnings of ICU's functions.
SERVED = ("UCNV_", "ucnv_", "ucol_", "ucal_", "u_strTo")


@pytest.fixture(scope="module")
def qt_libraries(frozen: Path) -> Path:
    return frozen.parent / "_internal" / "PySide6" / "Qt" / "lib"


def _functions_of(qt_libraries: Path, name: str) -> ctypes.CDLL:
    for library in ("libicudata", "libicuuc", name):
        [file] = qt_libraries.glob(f"{library}.so.*")
        functions = ctypes.CDLL(str(file), ctypes.RTLD_GLOBAL)
    return functions


def test_qt_calls_nothing_whose_data_was_left_out(qt_libraries: Path) -> None:
    called = set()
    for library in qt_libraries.glob("libQt6*.so.*"):
        symbols = subprocess.check_output(["nm", "-D", "--undefined-only", library], text=True)
        called |= set(re.findall(r"\b(u\w+)_\d\d\b", symbols, re.IGNORECASE))

    assert "ucol_strcoll" in called
    assert [name for name in sorted(called) if not name.startswith(SERVED)] == []


@pytest.mark.parametrize(("language", "first", "second"), [("sv", "z", "ö"), ("de", "ö", "z"), ("zh", "啊", "波")])
def test_it_sorts_as_a_language_does(qt_libraries: Path, language: str, first: str, second: str) -> None:
    functions = _functions_of(qt_libraries, "libicui18n")
    version = next(qt_libraries.glob("libicudata.so.*")).suffix.removeprefix(".")
    compare, opened = functions[f"ucol_strcoll_{version}"], functions[f"ucol_open_{version}"]
    opened.restype = ctypes.c_void_p
    error = ctypes.c_int(0)
    collator = ctypes.c_void_p(opened(language.encode(), ctypes.byref(error)))
    one, other = first.encode("utf-16-le"), second.encode("utf-16-le")

    assert error.value <= 0
    assert compare(collator, one, len(first), other, len(second)) < 0


@pytest.mark.parametrize("name", ["gb18030", "big5", "shift_jis", "euc-kr", "windows-1251"])
def test_it_knows_character_sets(qt_libraries: Path, name: str) -> None:
    functions = _functions_of(qt_libraries, "libicuuc")
    version = next(qt_libraries.glob("libicudata.so.*")).suffix.removeprefix(".")
    opened = functions[f"ucnv_open_{version}"]
    opened.restype = ctypes.c_void_p
    error = ctypes.c_int(0)

    assert opened(name.encode(), ctypes.byref(error))
    assert error.value <= 0
