"""A process that starts the model on this computer and then only waits to be killed; it prints the server's address."""

from __future__ import annotations

import asyncio

from desktop.services.local_model import LocalModel


async def serve() -> None:
    print(*await LocalModel().ensure_running(), flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(serve())
