"""The texts that put one model's work to another: shipped in resources/splices/, the user's own in <data>/splices/."""

from __future__ import annotations

from pathlib import Path

from desktop.core.errors import StorageError, UserError
from desktop.core.fusion import Splice, check_template
from desktop.resources import resource
from desktop.services.files import write_atomically


class Splices:
    """Every method reads or writes the disk, and any thread may call it."""

    def __init__(self, data_dir: Path) -> None:
        self._own = data_dir / "splices"

    def text(self, splice: Splice) -> str:
        """The user's text, or the shipped one where there is none that could be used."""
        try:
            own = self._path(splice).read_text(encoding="utf-8")
            check_template(splice, own)
        except (OSError, UnicodeDecodeError, UserError):
            return self.shipped(splice)
        return own

    def shipped(self, splice: Splice) -> str:
        """The text that comes with the program."""
        return resource("splices", f"{splice.value}.txt").read_text(encoding="utf-8")

    def save(self, splice: Splice, text: str) -> None:
        """Keeps the user's text; the shipped one again, if it is that. Raises UserError for one that loses a part."""
        check_template(splice, text)
        try:
            if text.strip() == self.shipped(splice).strip():
                self._path(splice).unlink(missing_ok=True)
            else:
                write_atomically(self._path(splice), text)
        except OSError as error:
            raise StorageError(f"The text cannot be saved: {error.strerror}.") from error

    def _path(self, splice: Splice) -> Path:
        return self._own / f"{splice.value}.txt"
