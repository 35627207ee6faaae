"""YAML files with the place of every value, checked against a pydantic model."""
