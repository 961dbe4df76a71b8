"""The same small system and mistake in other simulators of its kind."""
