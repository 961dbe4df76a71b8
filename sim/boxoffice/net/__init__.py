"""Hosts, and the links between them."""
