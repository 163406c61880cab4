"""What one model passes on to another; apart from fusion, because the settings need it before the first window."""

from __future__ import annotations

from enum import StrEnum


class PassOn(StrEnum):
    """What the second model gets of the first one's work."""

    THINKING = "thinking"
    ANSWER = "answer"  # as a draft
    BOTH = "both"
    CRITIQUE = "critique"  # of the second model's own first draft
