"""The parts of the script that makes the sample year 2024."""
