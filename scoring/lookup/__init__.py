"""Finding a unit, a period or a rule by what a person wrote: folding, short names, near names."""
