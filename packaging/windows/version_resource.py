"""What Windows shows of `ligature.exe`: its properties, and its name in the list of tasks and in "Open with"."""

from __future__ import annotations

from typing import Any

from product import COPYRIGHT, NAME, PUBLISHER, SUMMARY, four_numbers, version

ENGLISH_UNITED_STATES, UNICODE = 0x0409, 1200
WINDOWS_NT, PROGRAM = 0x40004, 1


def version_resource() -> Any:
    """The resource as PyInstaller takes it; works where PyInstaller builds for Windows."""
    from PyInstaller.utils.win32 import versioninfo

    numbers = tuple(int(number) for number in four_numbers(version()).split("."))
    table = versioninfo.StringTable(
        f"{ENGLISH_UNITED_STATES:04X}{UNICODE:04X}",
        [versioninfo.StringStruct(name, text) for name, text in texts().items()],
    )
    return versioninfo.VSVersionInfo(
        ffi=versioninfo.FixedFileInfo(filevers=numbers, prodvers=numbers, mask=0x3F, OS=WINDOWS_NT, fileType=PROGRAM),
        kids=[
            versioninfo.StringFileInfo([table]),
            versioninfo.VarFileInfo([versioninfo.VarStruct("Translation", [ENGLISH_UNITED_STATES, UNICODE])]),
        ],
    )


def texts() -> dict[str, str]:
    """What is shown, by the names that Windows has for it. The description is what lists of programs show."""
    return {
        "CompanyName": PUBLISHER,
        "FileDescription": NAME,
        "FileVersion": version(),
        "InternalName": "ligature",
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": "ligature.exe",
        "ProductName": NAME,
        "ProductVersion": version(),
        "Comments": SUMMARY,
    }
