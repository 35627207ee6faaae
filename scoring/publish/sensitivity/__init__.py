"""稳健性分析 as a workbook and a page."""
