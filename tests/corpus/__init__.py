"""Bad inputs, and odd ones that are sound: small assessment folders, each with one thing changed, and
what must come out. ``tests/test_corpus.py`` runs them all."""
