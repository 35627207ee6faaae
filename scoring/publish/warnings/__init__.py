"""预警: the workbook, the calendar, and a 督办单 for every unit."""
