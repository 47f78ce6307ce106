"""From files to a raw scenario: tables, attached files, overrides."""
