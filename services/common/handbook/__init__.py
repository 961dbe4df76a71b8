"""The API as people and tools read it: written by `python -m tests.docs.api`, served as it is."""
