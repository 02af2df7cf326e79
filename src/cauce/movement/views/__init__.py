"""The pages of movement: the queue, the manifests of a day, one manifest, its roll-calls. No rules here."""
