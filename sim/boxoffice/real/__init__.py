"""What one real machine lends to the shop: a clock, a broker, stores, and a door."""
