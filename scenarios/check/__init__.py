"""`boxoffice check URL`: buys a ticket after a deployment, and says in a few lines what works."""
