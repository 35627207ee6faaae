"""The portal's settings for tests: a database in memory, or the one of KAOHE_DATABASE_URL, and passwords
that are quick to check."""

import os

os.environ.setdefault("KAOHE_SECRET_KEY", "only for tests")
# Playwright keeps an event loop in the thread of the tests, by which Django takes them for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from scoring.portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Each test has a folder of its own: none sees another one's.
READING_LAG = 0
