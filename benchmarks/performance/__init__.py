"""What a world costs, each figure as a ratio to something that was measured in the same process."""
