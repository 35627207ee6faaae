"""The year as it goes: warnings, bulletins, the board of the day, years side by side. It changes nothing."""
