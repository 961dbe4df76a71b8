"""The shop on one real machine: in one process, or a process for each service."""
