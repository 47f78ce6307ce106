"""A log as the workload: what a recorded month would have looked like under another staffing or
policy. What was recorded is as recorded; what the log cut off is drawn, and nothing else."""

from sim.experiments.replay.run import Replayed, replay

__all__ = ["Replayed", "replay"]
