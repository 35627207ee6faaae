"""Appeals: filed by units, answered by the office with what follows. The table 申诉 of the folder holds them."""
