"""A bare Debian 12 in a folder, as a new computer would have it: made once by debootstrap, unpacked anew for each use.

Packages come from where this machine's own apt gets them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

RELEASE = "bookworm"
USER = "somebody"
# Changes with every package: the state and caches of dpkg and apt, logs, what is mounted, the user's own.
STATE = (
    "var/lib/dpkg",
    "var/lib/apt",
    "var/lib/rpm",
    "var/cache",
    "var/log",
    "proc",
    "dev",
    "sys",
    "tmp",
    "run",
    "home",
)
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
}
LONGEST_S = 1200.0
PASSED_ON = ("http_proxy", "https_proxy", "no_proxy")
IN_ROOT = 'mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'


def why_not() -> str:
    """Why no root can be made here; empty if it can."""
    if shutil.which("debootstrap") is None:
        return "debootstrap is not installed"
    if _as_root() is None:
        return "making a root of its own needs root or sudo"
    return "" if _mirror() else f"this machine's apt knows no {RELEASE}"


class DebianRoot:
    """One bare system in `folder`; what was made once is kept in `cache`."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self._sudo = _as_root() or []
        made = cache / f"{RELEASE}.tar"
        if not made.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            fresh = cache / RELEASE
            self.on_host("rm", "-rf", fresh)
            self.on_host("debootstrap", "--variant=minbase", RELEASE, fresh, _mirror())
            self.on_host("tar", "-cf", made.with_suffix(".part"), "--exclude=./dev/*", "-C", fresh, ".")
            self.on_host("rm", "-rf", fresh)
            made.with_suffix(".part").rename(made)
        folder.mkdir(parents=True)
        self.on_host("tar", "-xf", made, "-C", folder)
        self._connect()
        self.run("useradd", "--create-home", USER)

    def on_host(self, *command: str | Path, standard_input: str = "") -> str:
        """Runs a command outside, as root; its output."""
        line = [*self._sudo, *command]
        done = subprocess.run(
            line, input=standard_input, capture_output=True, text=True, check=False, timeout=LONGEST_S
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def run(self, *command: str, **environment: str) -> str:
        """Runs a command inside, as root; its output. What is mounted for it goes away with it."""
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        variables = [f"{name}={value}" for name, value in (ENVIRONMENT | passed_on | environment).items()]
        inside: list[str | Path] = ["unshare", "--mount", "sh", "-c", IN_ROOT, self.folder, "env", "-i", *variables]
        return self.on_host(*inside, *command)

    def run_as_user(self, *command: str, **environment: str) -> str:
        """Runs a command inside, as somebody who may change nothing but their own home."""
        home = {"HOME": f"/home/{USER}", **environment}
        return self.run("runuser", "-u", USER, "--preserve-environment", "--", *command, **home)

    def install(self, *packages: Path | str) -> None:
        """With apt, and with no more than is needed."""
        names = [f"/tmp/{package.name}" if isinstance(package, Path) else package for package in packages]
        for package in packages:
            if isinstance(package, Path):
                self.on_host("cp", package, self.folder / "tmp")
        self.run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *names)

    def files(self, *, folders: bool = True) -> set[str]:
        """All files, and folders if wanted, but those that change with every package."""
        pruned = [word for state in STATE for word in ("-path", f"./{state}", "-prune", "-o")]
        wanted = ["-print"] if folders else ["-not", "-type", "d", "-print"]
        return set(self.on_host("sh", "-c", 'cd "$0" && find . "$@"', self.folder, *pruned, *wanted).splitlines())

    def close(self) -> None:
        """Removes it."""
        self.on_host("rm", "-rf", "--one-file-system", self.folder)

    def _connect(self) -> None:
        """Gives apt inside what this machine's own has: names of computers, a proxy, and whom it trusts."""
        dump = subprocess.check_output(["apt-config", "dump"], text=True)
        wanted = ("Acquire::http", "Acquire::https", "Acquire::Retries")
        lines = [line for line in dump.splitlines() if line.startswith(wanted)]
        self._write("etc/apt/apt.conf.d/99machine", "\n".join(lines))
        for file in ("/etc/resolv.conf", "/etc/hosts"):
            self._write(file.lstrip("/"), Path(file).read_text(encoding="utf-8"))
        self.run("apt-get", "update", "--quiet")

    def _write(self, name: str, text: str) -> None:
        self.on_host("sh", "-c", 'cat > "$0"', self.folder / name, standard_input=text)


def _as_root() -> list[str] | None:
    """What goes before a command so that root runs it; None if nothing helps."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    may = sudo is not None and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    return [sudo, "-n"] if sudo is not None and may else None


def _mirror() -> str:
    """Where this machine's apt gets Debian 12 from; empty if it is another system."""
    if shutil.which("apt-get") is None:
        return ""
    fields = ["apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)", "Created-By: Packages"]
    lines = subprocess.run(fields, capture_output=True, text=True, check=False).stdout.splitlines()
    found = [words[2] for words in map(str.split, lines) if words[:2] == [RELEASE, "main"]]
    return found[0] if found else ""
