"""Everything that is seen: Qt is imported here and in app.py only."""
