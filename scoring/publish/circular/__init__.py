"""通报 and its annex: what they say, and how they look in Word, on a website and as a workbook."""
