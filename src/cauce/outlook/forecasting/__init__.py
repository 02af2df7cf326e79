"""What is coming, from what was counted: forecasts with bands, and how well they did before."""
