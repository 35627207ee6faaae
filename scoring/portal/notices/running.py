"""The thread of the server that tells people, in its own time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import close_old_connections, connections

from scoring.portal.notices.digest import channels, collect
from scoring.portal.notices.sending import Sent, send_due

_log = logging.getLogger("kaohe.portal")


def tell() -> Sent:
    """One round: what is new becomes messages, and what is due is sent."""
    collect()
    return send_due()


@contextmanager
def telling() -> Iterator[None]:
    """Rounds in a thread of their own for as long as the block lasts, where the settings name a way."""
    if not channels():
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_rounds, args=(stop,), name="notices", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        # What is being sent is sent; it takes no longer than this.
        thread.join(2 * settings.NOTICE_TIMEOUT)


def _rounds(stop: threading.Event) -> None:
    while not stop.wait(settings.NOTICE_SECONDS):
        close_old_connections()
        try:
            tell()
        except Exception:
            # The next round tries again; the server goes on.
            _log.exception("notices: a round failed")
    connections.close_all()
