"""How passwords are hashed: Argon2 as Django sets it; for the one-time passwords of a whole city at once, which are
random, with less work for each."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher, make_password


class Argon2(Argon2PasswordHasher):
    """Argon2 with Django's costs. A wrong guess at a one-time password costs as much as at any other, so that the
    time of an answer does not say which accounts nobody used yet."""

    def harden_runtime(self, password: str, encoded: str) -> None:
        self.encode(password, self.salt())


class OneTimeArgon2(Argon2PasswordHasher):
    """Argon2 with the costs that OWASP names as the least, a tenth of the usual work. What it hashes must be as
    hard to guess as ``one_time_password``: its 79 bits are worth far more than ten times the work on the 56 that
    three groups had. Django hashes it anew, with all the work, when it is used."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


def hashed_once(password: str) -> str:
    """The hash of a one-time password that the portal made itself."""
    usual = get_hasher()
    quick = OneTimeArgon2() if usual.algorithm == OneTimeArgon2.algorithm else usual
    return make_password(password, hasher=quick)
