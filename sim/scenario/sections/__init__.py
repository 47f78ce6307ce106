"""What may stand in a scenario: a class for every section and every row of a table."""
