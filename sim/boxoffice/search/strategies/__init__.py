"""Strategies: which runs are played, and by which schedules."""
