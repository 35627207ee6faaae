"""A score explained, as text and for programs."""
