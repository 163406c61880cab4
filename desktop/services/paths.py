"""Where one run keeps its state: under `--data-dir`, beside the program, or where the system has such things."""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.errors import StorageError
from desktop.services.files import full_disk

PROGRAM = "ligature"
PORTABLE_FOLDER = "data"  # beside the program


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place that the program writes to."""

    data_dir: Path
    config_file: Path
    database_file: Path
    attachments_dir: Path
    logs_dir: Path
    lock_file: Path
    hint: str = "Choose another folder with --data-dir, or change what stands in its place."  # if it cannot be made

    @classmethod
    def under(cls, directory: Path | str) -> Paths:
        """Everything below one folder, as `--data-dir` wants it."""
        data_dir = Path(directory).expanduser().absolute()
        return cls._of(data_dir, data_dir, data_dir / "logs")

    @classmethod
    def portable(cls) -> Paths:
        """Everything in one folder beside the packaged program, so that both can be carried away together."""
        from desktop.services.installation import installation

        hint = "Put Ligature where its folder can be written to, or start it without --portable."
        return replace(cls.under(installation().home / PORTABLE_FOLDER), hint=hint)

    @classmethod
    def default(cls) -> Paths:
        """The operating system's own places."""
        import platformdirs

        places = platformdirs.PlatformDirs(PROGRAM, appauthor=False)
        return cls._of(places.user_data_path, places.user_config_path, places.user_log_path)

    @classmethod
    def _of(cls, data_dir: Path, config_dir: Path, logs_dir: Path) -> Paths:
        return cls(
            data_dir=data_dir,
            config_file=config_dir / "config.toml",
            database_file=data_dir / "ligature.db",
            attachments_dir=data_dir / "attachments",
            logs_dir=logs_dir,
            lock_file=data_dir / "ligature.lock",
        )

    @property
    def models_file(self) -> Path:
        """What endpoints said of their models, so that the next start need not ask."""
        return self.data_dir / "models.json"

    def create(self) -> None:
        """Makes the folders, readable by the user alone; raises StorageError where that cannot be."""
        for directory in (self.data_dir, self.config_file.parent, self.attachments_dir, self.logs_dir):
            try:
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                    raise full_disk(directory) from error
                raise StorageError(
                    f"The folder {directory} cannot be made: {error.strerror}.",
                    self.hint,
                ) from error
