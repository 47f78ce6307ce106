"""Floor 6: pages for people, made from tables."""
