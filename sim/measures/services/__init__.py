"""Measures of services beyond the ordinary visit: meals, places, remote services, care plans.

One file for each; nothing is measured where a scenario has none of it.
"""
