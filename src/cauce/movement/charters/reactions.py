"""What follows on this node for flights when somebody loses a seat."""
