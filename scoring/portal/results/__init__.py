"""Results: provisional and final papers, approved by a second person, published."""
