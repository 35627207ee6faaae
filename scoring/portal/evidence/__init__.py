"""Evidence: the files that units put beside their claims."""
