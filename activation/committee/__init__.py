"""What stands beside the figures: annotations, the council's target, numbers from outside."""
