"""When a request is made again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass

from desktop.core.errors import EndpointError, Overloaded, RateLimited, UserError
from desktop.services.network_errors import PassingFailure


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pause before another try: the `attempt`-th of at most `of`, in `delay_s` seconds, because of `reason`."""

    attempt: int
    of: int
    delay_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Retries:
    """At most `count` more tries, with pauses that double. `longest_wait_s` is how long a server may make us wait."""

    count: int = 3
    first_delay_s: float = 1.0
    longest_delay_s: float = 20.0
    longest_wait_s: float = 60.0

    def waiting(self, attempt: int, error: UserError) -> Waiting | None:
        """The pause before the `attempt`-th further try, or None if `error` is the end of it.

        Only what may well pass is tried again: a failed connection, too many requests, a server with too much to do.
        Time-outs are not: the user has waited long enough.
        """
        if attempt > self.count or not isinstance(error, PassingFailure | RateLimited | Overloaded):
            return None
        wanted_s = error.retry_after_s if isinstance(error, EndpointError) else None
        if wanted_s is not None and wanted_s > self.longest_wait_s:
            return None
        backoff_s = min(self.first_delay_s * 2 ** (attempt - 1), self.longest_delay_s)
        jitter = random.uniform(1.0, 1.25)  # noqa: S311 - spreads clients out, keeps no secret
        return Waiting(attempt, self.count, (backoff_s if wanted_s is None else wanted_s) * jitter, error.text)


NO_RETRIES = Retries(count=0)
