"""What macOS is told of `Ligature.app`: its Info.plist beyond what PyInstaller puts there by itself."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

from product import COPYRIGHT, IDENTIFIER, NAME, SCHEME, version

PICTURE_TYPES = (
    "public.png",
    "public.jpeg",
    "org.webmproject.webp",
    "com.compuserve.gif",
    "com.microsoft.bmp",
    "public.svg-image",
)
FILES_USE = "Ligature reads pictures that you attach from this folder, and writes what you export into it."
NETWORK_USE = "Ligature asks models on other computers of your network, where you have set up such an endpoint."


def information(oldest_system: str | None = None) -> dict[str, Any]:
    """The entries; the oldest system is the one that Qt, as it is installed here, was built for."""
    return {
        "CFBundleDisplayName": NAME,
        "CFBundleName": NAME,
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundleShortVersionString": version(),
        "CFBundleVersion": version(),
        "CFBundleURLTypes": [
            {"CFBundleURLName": IDENTIFIER, "CFBundleURLSchemes": [SCHEME], "CFBundleTypeRole": "Viewer"}
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Picture",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",  # offered, never the one that opens pictures
                "LSItemContentTypes": list(PICTURE_TYPES),
            }
        ],
        "LSApplicationCategoryType": "public.app-category.productivity",
        "LSMinimumSystemVersion": oldest_system or oldest_system_of(_wheel_of_qt()),
        "NSDesktopFolderUsageDescription": FILES_USE,
        "NSDocumentsFolderUsageDescription": FILES_USE,
        "NSDownloadsFolderUsageDescription": FILES_USE,
        "NSLocalNetworkUsageDescription": NETWORK_USE,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": COPYRIGHT,
        "NSRequiresAquaSystemAppearance": False,  # dark mode is taken from the system
        "NSSupportsAutomaticGraphicsSwitching": True,
    }


def oldest_system_of(wheel: str) -> str:
    """From the tags of a wheel, such as `macosx_13_0_universal2`."""
    found = re.search(r"macosx_(\d+)_(\d+)", wheel)
    if not found:
        raise SystemExit("This is no PySide6 for macOS.")
    return f"{found[1]}.{found[2]}"


def _wheel_of_qt() -> str:
    return metadata.distribution("PySide6-Essentials").read_text("WHEEL") or ""
