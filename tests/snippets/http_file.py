"""Sends an .http file as the editors do that know them: `python -m tests.snippets.http_file FILE`."""

from __future__ import annotations

import os
import re
import sys
import urllib.request
from pathlib import Path

_VARIABLE = re.compile(r"\{\{\$processEnv (\w+)\}\}")
_ANY_VARIABLE = re.compile(r"\{\{.*?\}\}")


def main(path: Path) -> None:
    text = _VARIABLE.sub(lambda match: os.environ[match[1]], path.read_text(encoding="utf-8"))
    assert not _ANY_VARIABLE.search(text), "an editor would put something else in its place"
    head, _, body = text.partition("\n\n")
    first, *lines = head.split("\n")
    method, url, _version = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    request = urllib.request.Request(url, body.encode(), headers, method=method)
    with urllib.request.urlopen(request) as response:
        sys.stdout.buffer.write(response.read())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
