"""Virtual time: the loop, and all that would otherwise read a real clock or real entropy."""
