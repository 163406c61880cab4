"""Tools for those who work on Ligature."""
