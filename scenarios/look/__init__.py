"""A shop that runs on this machine, as one looks at it: its page, and what its services say."""
