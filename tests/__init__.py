"""Tests; a package, so that no other distribution's takes the name."""
