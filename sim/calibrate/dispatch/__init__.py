"""From a log of orders and visits - who was sent where, when - to a scenario that runs."""
