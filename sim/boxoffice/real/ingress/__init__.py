"""A gateway as a process of its own, in front of replicas that come and go."""
