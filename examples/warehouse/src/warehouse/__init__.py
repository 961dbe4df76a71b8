"""A warehouse that reserves, and a courier that ships."""
