"""What all workbooks share: sheets, styles, pages, cells to fill in."""
