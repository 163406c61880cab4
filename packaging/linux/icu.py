"""Takes out of Qt's copy of ICU the data that Qt has no call for, half of 32 MB.

Qt asks ICU to sort, to convert character sets, for names of time zones and for upper and lower case: that stays. Names
of languages, regions, units and currencies, numbers in words, transliteration and dictionaries for breaking lines go.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

UNUSED_FOLDERS = ("brkitr/", "curr/", "lang/", "rbnf/", "region/", "translit/", "unit/")
SOURCE = """\
.globl {symbol}
.section .rodata
.balign 16
.type {symbol}, @object
.size {symbol}, {size}
{symbol}: .incbin "{data}"
.section .note.GNU-stack, "", @progbits
"""


def slim_icu_data(library: Path, work: Path) -> None:
    """Makes the library libicudata.so.N anew with the data that is used; `work` is for the pieces."""
    version = library.suffix.removeprefix(".")
    data, unused = work / f"icudt{version}l.dat", work / "unused.txt"
    slim = work / "slim" / data.name  # the name of the file becomes part of every name inside
    slim.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.rodata", library, data], check=True)
    names = subprocess.check_output(["icupkg", "-l", data], text=True).split()
    unused.write_text("\n".join(name for name in names if name.startswith(UNUSED_FOLDERS)), encoding="ascii")
    subprocess.run(["icupkg", "-r", unused, data, slim], check=True)
    source, item = work / "data.s", work / "data.o"
    symbol = f"icudt{version}_dat"
    source.write_text(SOURCE.format(symbol=symbol, size=slim.stat().st_size, data=slim), encoding="utf-8")
    subprocess.run(["as", "-o", item, source], check=True)
    library.unlink()
    subprocess.run(
        ["ld", "-shared", "--strip-all", "-z", "noexecstack", "-soname", library.name, "-o", library, item], check=True
    )
