"""The pages of vetting: reviews, hand-overs, objections, checks by hand. No rules here."""
