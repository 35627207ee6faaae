"""The third party: scores handed in whole, unit by unit, by each assessor."""
