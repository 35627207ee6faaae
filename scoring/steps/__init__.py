"""The steps of a run that every front calls: grade, preview, verify, audit."""
