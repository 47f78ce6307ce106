"""Sensitivity: which assumptions matter most, and at which value the advice changes."""
