"""Where else a story can be told than in a world: on this machine, and at a URL."""
