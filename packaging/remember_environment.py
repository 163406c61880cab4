"""Runs first in the frozen program, before the freezer's own hooks write into the environment."""

import environment_at_start  # noqa: F401 - remembers when it is imported
