"""The contract as a small machine: what the shop may do, without how the services do it."""
