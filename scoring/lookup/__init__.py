"""Finding a rule, a unit or a period by what a person wrote."""
