"""Charges for orders, and refunds for orders that were cancelled."""
