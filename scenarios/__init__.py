"""What people do with the shop, what goes wrong meanwhile, and what must hold all the same."""
