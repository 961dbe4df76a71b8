"""What one real machine lends to services: a clock, a broker, stores, links and a gateway."""
