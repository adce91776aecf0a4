"""Those who listen to a run: spans."""
