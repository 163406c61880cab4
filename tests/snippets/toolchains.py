"""What runs the programs that requests are copied as: where each language's tools are, and how they are called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
SNIPPETS_PYTHON = CHECKOUT / ".venv" / "snippets" / "bin" / "python"
JARS = Path("/usr/share/java")
LONGEST_RUN_S = 120.0


class NotHere(Exception):
    """A language cannot be run here; says what is missing."""


@dataclass(frozen=True)
class Toolchain:
    """How the program of one language is made and run. `slow` ones take more than two seconds."""

    file: str
    commands: tuple[tuple[str, ...], ...]
    needs: tuple[str, ...] = ()  # programs on the PATH
    files: tuple[str, ...] = ()
    check: tuple[str, ...] = ()  # what fails where a library is missing
    slow: bool = False

    def missing(self) -> str:
        """What is not here, or nothing."""
        for program in self.needs:
            if shutil.which(program) is None:
                return f"{program} is not on the PATH"
        for path in self.files:
            if not Path(path).exists():
                return f"{path} is not there"
        if self.check and subprocess.run(self.check, capture_output=True, check=False).returncode:
            return f"this fails: {' '.join(self.check)}"
        return ""

    def run(self, text: str, folder: Path, environment: dict[str, str]) -> str:
        """Makes the program in `folder` and runs it; gives what it says."""
        (folder / self.file).write_text(text, encoding="utf-8")
        said = ""
        for command in self.commands:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
                capture_output=True,
                timeout=LONGEST_RUN_S,
                check=False,
            )
            said = done.stdout.decode("utf-8", "replace")
            assert done.returncode == 0, f"{command}: {said}{done.stderr.decode('utf-8', 'replace')}\n{text[:2000]}"
        return said


CLASSES = os.pathsep.join(str(JARS / name) for name in ("okhttp.jar", "okio.jar"))
FOUNDATION = ("clang", "-fobjc-arc", "-framework", "Foundation", "chat_request.m", "-o", "chat_request")

TOOLCHAINS = {
    "shell": Toolchain("chat_request.sh", (("sh", "chat_request.sh"),), ("sh", "curl")),
    "javascript": Toolchain("chat_request.mjs", (("node", "chat_request.mjs"),), ("node",)),
    "java": Toolchain(
        "ChatRequest.java",
        (
            ("javac", "-encoding", "UTF-8", "-cp", CLASSES, "ChatRequest.java"),
            ("java", "-cp", f"{CLASSES}{os.pathsep}.", "ChatRequest"),
        ),
        ("javac", "java"),
        tuple(CLASSES.split(os.pathsep)),
        slow=True,
    ),
    "swift": Toolchain(
        "main.swift",
        (("swiftc", "main.swift", "-o", "chat_request"), ("./chat_request",)),
        ("swiftc",),
        ("/System/Library/Frameworks/Foundation.framework",),  # elsewhere it has no streams of bytes
        slow=True,
    ),
    "go": Toolchain("main.go", (("go", "run", "main.go"),), ("go",), slow=True),
    "php": Toolchain(
        "chat_request.php",
        (("php", "chat_request.php"),),
        ("php",),
        check=("php", "-r", "exit(extension_loaded('curl') ? 0 : 1);"),
    ),
    "python_httpx": Toolchain("chat_request.py", ((sys.executable, "chat_request.py"),)),
    "python_openai": Toolchain(
        "chat_request.py", ((str(SNIPPETS_PYTHON), "chat_request.py"),), files=(str(SNIPPETS_PYTHON),), slow=True
    ),
    "http": Toolchain("chat_request.http", ((sys.executable, "-m", "tests.snippets.http_file", "chat_request.http"),)),
    "c": Toolchain(
        "chat_request.c",
        (
            ("cc", "-std=c99", "-Wall", "-Werror", "chat_request.c", "-lcurl", "-o", "chat_request"),
            ("./chat_request",),
        ),
        ("cc", "curl-config"),
    ),
    "csharp": Toolchain(
        "ChatRequest.cs",
        (
            ("mcs", "-langversion:latest", "-r:System.Net.Http.dll", "ChatRequest.cs", "-out:ChatRequest.exe"),
            ("mono", "ChatRequest.exe"),
        ),
        ("mcs", "mono"),
        slow=True,
    ),
    "objective_c": Toolchain(
        "chat_request.m",
        (FOUNDATION, ("./chat_request",)),
        ("clang",),
        ("/System/Library/Frameworks/Foundation.framework",),
        slow=True,
    ),
    "ruby": Toolchain("chat_request.rb", (("ruby", "chat_request.rb"),), ("ruby",)),
    "ocaml": Toolchain(
        "chat_request.ml",
        (
            ("ocamlfind", "ocamlc", "-package", "curl", "-linkpkg", "chat_request.ml", "-o", "chat_request"),
            ("./chat_request",),
        ),
        ("ocamlfind",),
        check=("ocamlfind", "query", "curl"),
    ),
    "dart": Toolchain("chat_request.dart", (("dart", "run", "chat_request.dart"),), ("dart",), slow=True),
    "r": Toolchain(
        "chat_request.R",
        (("Rscript", "--vanilla", "chat_request.R"),),
        ("Rscript",),
        check=("Rscript", "--vanilla", "-e", "stopifnot(requireNamespace('curl'))"),
        slow=True,
    ),
}
