"""The log file: what went wrong, for whoever has to find out why. Never a key, never a message's text."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from desktop.core.secrets import redact

MAX_BYTES = 1_000_000
KEPT_FILES = 3
_SECRET = re.compile(r"(?i)(bearer\s+|\b(?:sk|key|pk|api)[-_])[\w\-.]{6,}")


class _Redactor(logging.Filter):
    """Takes out what looks like a key, also from tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _without_secrets(record.getMessage())
        record.args = ()
        if record.exc_info:
            record.exc_text = _without_secrets(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


def _without_secrets(text: str) -> str:
    """What every error leaves out, and shorter words too that only look like keys: a log is read by strangers."""
    return _SECRET.sub(r"\1…", redact(text))


class _LogFile(RotatingFileHandler):
    """A disk that is full keeps nobody from working, and is told elsewhere."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - the name is logging's
        return


def start_log(logs_dir: Path) -> None:
    """Sends warnings and errors of the whole program to `logs_dir`/ligature.log.

    A folder that cannot be written is no reason not to start: the log then goes to the console.
    """
    handler: logging.Handler
    try:
        logs_dir.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(
            logs_dir / "ligature.log", maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.addFilter(_Redactor())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "httpcore", "qasync", "hpack", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
