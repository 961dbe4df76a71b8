"""The explorer: one drawing of a run, for a page, for a notebook and for a failed test."""
