"""Everything that is seen: Qt is imported here and in the three files above only: app, first_window, running."""
