"""The alarm clock: tells orders when an order's time is over."""
