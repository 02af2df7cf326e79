"""What a decision would change: numbers that a planner can move, simulated against leaving them as they are."""
