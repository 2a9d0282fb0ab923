"""Word lists by which names, places and addresses are recognised, and the sentences the tagger learns from."""
