"""How the disk image looks when it is opened: the program, and a folder to drag it into. Run by dmgbuild."""

from pathlib import Path

application = Path(defines["app"])  # noqa: F821 - given by dmgbuild

format = "ULMO"  # noqa: A001 - smallest, and every system that Qt runs on reads it
filesystem = "HFS+"
files = [str(application)]
symlinks = {"Applications": "/Applications"}
icon = defines["icon"]  # noqa: F821

default_view = "icon-view"
window_rect = ((200, 200), (560, 340))
icon_size = 112
text_size = 13
icon_locations = {application.name: (150, 150), "Applications": (410, 150)}
show_status_bar = show_tab_view = show_toolbar = show_pathbar = show_sidebar = False
