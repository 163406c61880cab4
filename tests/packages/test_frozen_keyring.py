"""Keys in a real Secret Service, and the frozen program: keyring finds its backends by entry points."""

from __future__ import annotations

import shutil

import pytest

from tests.desktop.test_keyring_journey import (
    key,
    login,
    test_a_key_goes_from_the_window_to_the_keyring_and_nowhere_else,
    test_a_locked_keyring_asks_while_the_window_lives_and_then_the_answer_comes,
    waiting,
)

__all__ = [
    "key",
    "login",
    "test_a_key_goes_from_the_window_to_the_keyring_and_nowhere_else",
    "test_a_locked_keyring_asks_while_the_window_lives_and_then_the_answer_comes",
    "waiting",
]

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="not installed: gnome-keyring-daemon"),
]
