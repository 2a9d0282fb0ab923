"""Word lists by which names, places and addresses are known, and the sentences the tagger learns from."""
