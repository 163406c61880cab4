"""Which of two versions is newer, by the rules of Python packages: 0.9 < 0.10, 1.0rc1 < 1.0 < 1.0.post1.

Only forms that this project could ever be released under are read; anything else is no version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self

FORM = re.compile(
    r"v?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<stage>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<stage_number>\d*))?"
    r"(?:[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d*))?",
    re.ASCII,
)
STAGES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
DEV_STAGE, FINAL_STAGE = -1, 3


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version; larger is newer."""

    _key: tuple[tuple[int, ...], tuple[int, int], int, tuple[int, int]]
    text: str = field(compare=False)

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The version that a text says; ValueError if it says none."""
        found = FORM.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(f"“{text}” is no version")
        release = [int(number) for number in found["release"].split(".")]
        while release and not release[-1]:
            release.pop()  # 1.0 is 1
        post = int(found["post_number"] or 0) if found["post"] else -1
        dev = (0, int(found["dev_number"] or 0)) if found["dev"] else (1, 0)
        return cls((tuple(release), _stage(found, post), post, dev), text.strip())

    @property
    def is_trial(self) -> bool:
        """Whether it comes before a release: alpha, beta, candidate, or a state of development."""
        _release, (stage, _number), _post, (is_no_dev, _dev_number) = self._key
        return stage < FINAL_STAGE or not is_no_dev

    def is_offered_to(self, running: Version) -> bool:
        """Whether one who runs another version is to take this: only newer ones; trials only to those who run one."""
        return self > running and (running.is_trial or not self.is_trial)

    def __str__(self) -> str:
        return self.text


def _stage(found: re.Match[str], post: int) -> tuple[int, int]:
    if found["stage"]:
        return STAGES[found["stage"]], int(found["stage_number"] or 0)
    if found["dev"] and post < 0:
        return DEV_STAGE, 0
    return FINAL_STAGE, 0
