"""The portal's own settings for servers that tests start, but for passwords that are quick to make: the first
start of a whole city makes seventy, which takes five seconds of the processor."""

from scoring.portal.settings import *  # noqa: F403
from scoring.portal.settings import PASSWORD_HASHERS as THE_SLOW_ONES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *THE_SLOW_ONES]
