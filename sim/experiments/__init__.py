"""Floor 5: replications of a county, run in parallel and kept in result folders.

``replicate`` runs them, ``executors`` says where, ``store`` and ``manifest`` keep what came of it.
"""
