"""The frozen program without room on the disk, or without the right to write there."""

from __future__ import annotations

import sys

import pytest

from tests.desktop.test_full_disk import (
    disk,
    test_a_question_that_cannot_be_saved_stays_in_the_composer,
    test_a_start_on_a_disk_that_has_become_full_says_so_and_later_all_is_there,
    test_a_start_on_a_full_disk_says_so,
    test_a_start_with_a_read_only_home_says_so,
    test_an_answer_that_finds_the_disk_full_stays_and_is_saved_once_there_is_room,
)

__all__ = [
    "disk",
    "test_a_question_that_cannot_be_saved_stays_in_the_composer",
    "test_a_start_on_a_disk_that_has_become_full_says_so_and_later_all_is_there",
    "test_a_start_on_a_full_disk_says_so",
    "test_a_start_with_a_read_only_home_says_so",
    "test_an_answer_that_finds_the_disk_full_stays_and_is_saved_once_there_is_room",
]

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="the small disk is Linux's"),
]
