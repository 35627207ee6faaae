"""What all Word documents share: tables as data, and the fitting of a filled-in template."""
