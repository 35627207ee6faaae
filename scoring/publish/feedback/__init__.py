"""反馈单 of each unit and 反馈总览.xlsx."""
