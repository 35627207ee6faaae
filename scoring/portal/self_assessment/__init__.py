"""Self-assessment: forms that units fill in, hand in and get back."""
