"""What people do in a storm: deeds as data, drawn from the seed, and played by persons."""
