"""What has happened in a run, and what is thought of it."""
