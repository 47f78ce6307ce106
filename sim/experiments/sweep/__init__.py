"""Sweeps: many points of a study on the same workloads, into one tidy table."""
