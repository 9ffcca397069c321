"""Figures, not tests: ratios against a floor that does the bare minimum, measured in one run.

`make bench` prints them; `python -m tests.benchmarks pages import` only some.
"""
