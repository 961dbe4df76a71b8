"""One and the same lost update in each simulator, to see how many runs a second each plays."""
