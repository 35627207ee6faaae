"""核查: what the verifiers are asked, and what their answers change. Pure: no file, no screen."""
