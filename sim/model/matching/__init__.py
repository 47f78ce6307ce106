"""How a point's waiting orders and free caregivers find each other, and how a crew sets out.

Start with ``work`` (the best order for a free caregiver), then ``crew`` (who goes with whom, when).
"""
