"""Who ordered what, and whether the order is cancelled or complete."""
