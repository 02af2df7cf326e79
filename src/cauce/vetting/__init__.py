"""The checks a person passes and the human reviews they lead to."""
