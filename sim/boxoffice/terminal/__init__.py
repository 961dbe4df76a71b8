"""A command and whoever sits at the terminal: what is printed, and Ctrl-C."""
