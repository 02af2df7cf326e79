"""The corridor file: what there is and what the rules are."""
