"""What a run looks like: as lines in a terminal, and as a page with a space-time diagram."""
