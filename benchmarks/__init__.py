"""How fast it is: measured, as ratios within one run."""
