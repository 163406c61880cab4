"""The child process that runs the model on this computer: `python -m desktop.services.local_model_server WEIGHTS`.

It is a process of its own because loading holds every thread of a Python process for seconds. It listens on loopback
only, at a port that the system chooses, for whoever knows the key that its parent passed by environment. It prints its
address, and lives until its standard input ends: so it cannot outlive its parent, however that one ends.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

KEY_VARIABLE = "LIGATURE_LOCAL_SERVER_KEY"
ADDRESS_MARK = "ligature-local-model-address "  # tells the one line that matters from the engine's own

CONTEXT_TOKENS = 8192  # shared by all answers that stream at once
ANSWERS_AT_ONCE = 4
PROMPT_CACHE_MIB = 256  # the engine's own limit is 8 GB


def main() -> None:
    """Serves until standard input ends."""
    parser = ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("--projector", default="")
    arguments = parser.parse_args()
    serve(parameters_for(arguments.weights, arguments.projector))


def serve(parameters: Any) -> None:
    """Serves until standard input ends."""
    import xllamacpp

    server = xllamacpp.Server(parameters)
    print(ADDRESS_MARK + server.listening_address, flush=True)  # noqa: T201 - this is how the parent hears of it
    sys.stdin.buffer.read()
    os._exit(0)  # at once: the engine's own farewell waits for the answers that still stream


def parameters_for(weights: str, projector: str = "") -> Any:
    """How the engine is to run."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = weights
    parameters.mmproj.path = projector
    parameters.model_alias = {model_id(weights)}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [os.environ[KEY_VARIABLE]]
    parameters.cors_origins = ""  # no page in a browser has any business here
    parameters.ui = False
    parameters.offline = True
    parameters.n_gpu_layers = -1  # as many as the engine finds room for; none without a GPU
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = ANSWERS_AT_ONCE
    parameters.kv_unified = True
    parameters.cache_ram_mib = PROMPT_CACHE_MIB
    parameters.verbosity = 0
    return parameters


def model_id(weights: str) -> str:
    """What the model is called on the wire: the file's name without its quantisation and ending."""
    return Path(weights).name.partition(".")[0]


if __name__ == "__main__":
    main()
