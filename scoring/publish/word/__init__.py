"""What all Word papers share: tables as data, and what is set once the texts are known."""
