"""Servers that the services talk to, each on a host of its own."""
