"""Floor 4: from a county's own files to a scenario."""
