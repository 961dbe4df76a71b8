"""The shop as the world sees it: its services, invariants, evidence, and where else it runs."""
