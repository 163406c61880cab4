"""Says whether a program is well formed, by its language's grammar: `python parses.py LANGUAGE FILE`.

Runs in the environment of the copied programs, which has the grammars.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

GRAMMARS = {"dart": "tree_sitter_dart_orchard", "objective_c": "tree_sitter_objc", "swift": "tree_sitter_swift"}


def main(language: str, path: Path) -> int:
    tree_sitter: Any = importlib.import_module("tree_sitter")
    grammar: Any = importlib.import_module(GRAMMARS[language])
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    root = parser.parse(path.read_bytes()).root_node
    print(root if root.has_error else "well formed")
    return int(root.has_error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
