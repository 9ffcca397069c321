"""A table of jobs (jobs.py), what runs one (runner.py), and the process that says when (process.py)."""
