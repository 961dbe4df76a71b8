"""The five services of the ticket shop, and what they share."""
