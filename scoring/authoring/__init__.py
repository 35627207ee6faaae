"""Writing a 考核办法: told back, checked, compared, begun, tried and tested. No score is computed
here; what a scheme does is always told by ``scoring.score`` itself."""
