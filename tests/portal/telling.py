"""The settings of ``served``, with rounds of notices that a test can wait for."""

from tests.portal.served import *  # noqa: F403

NOTICE_SECONDS = 0.5
