"""What moved since you last looked: a version number and the places that changed, for the page's long poll."""

from __future__ import annotations

import asyncio
import threading
from collections import deque


class Changes:
    """A growing version with the keys touched at each step (`channel:C0ALERTS`, `views:U0ONCALL`, ...)."""

    def __init__(self) -> None:
        self.version = 0
        self._log: deque[tuple[int, str]] = deque(maxlen=5000)
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._lock = threading.Lock()

    def touch(self, *keys: str) -> None:
        """Notes that these places look different now and wakes everyone who waits."""
        with self._lock:
            self.version += 1
            self._log.extend((self.version, key) for key in keys)
            waiting, self._waiting = self._waiting, set()
        for loop, event in waiting:
            loop.call_soon_threadsafe(event.set)

    def since(self, version: int) -> list[str]:
        """The places touched after `version`, each once, oldest first."""
        with self._lock:
            return list(dict.fromkeys(key for at, key in self._log if at > version))

    async def wait(self, version: int, seconds: float) -> None:
        """Returns as soon as the version exceeds `version`, or after `seconds`."""
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self.version > version:
                return
            self._waiting.add(entry)
        try:
            await asyncio.wait_for(entry[1].wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(entry)
