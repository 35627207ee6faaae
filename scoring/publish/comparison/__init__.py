"""比较: two results side by side, as a workbook and a page."""
