"""地区汇总: the regions of many assessments as a workbook, a circular and a file for programs."""
