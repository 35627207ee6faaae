"""Whether the portal on this machine answers: ``python -m scoring.portal.healthy [PORT]``, for a container's health
check and for whoever watches a server. Ends with 0 or 1, without a word."""

from __future__ import annotations

import http.client
import os
import sys
from urllib.parse import quote

from scoring.portal.environment import read_environment

_SECONDS = 8


def is_healthy(port: int, host: str) -> bool:
    """Whether the portal at ``port`` shows its login page under the name ``host``, and reaches its database."""
    # With a session, which is looked up and is none.
    headers = {"Host": host, "Cookie": f"sessionid={'healthy':x<32}"}
    portal = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        portal.request("GET", quote("/登录"), headers=headers)
        return portal.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        portal.close()


if __name__ == "__main__":
    name = read_environment(os.environ).hosts[0]
    sys.exit(0 if is_healthy(int(sys.argv[1]) if len(sys.argv) > 1 else 8000, name) else 1)
