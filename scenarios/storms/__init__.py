"""Workload × faults, over many seeds."""
