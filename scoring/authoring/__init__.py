"""Writing a 考核办法: a first draft, its description in Chinese, checks, comparison, trials and cases.
No score is computed here; what a scheme does is always found by ``scoring.score``."""
