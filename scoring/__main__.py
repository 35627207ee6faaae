"""``python -m scoring`` is ``kaohe``."""

from scoring.cli import main

main()
