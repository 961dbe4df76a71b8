"""Static pictures, for readers of a notebook where nothing runs; drawn as the explorer draws."""
