"""`pytest scenarios --seeds 20`: this repository's own short names of the engine's options."""

pytest_plugins = ["scenarios.pytest_options"]
