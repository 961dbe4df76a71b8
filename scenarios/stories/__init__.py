"""One incident a file, each to be read aloud."""
