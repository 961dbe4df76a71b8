"""The world around the services, in virtual time."""
