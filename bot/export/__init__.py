"""A run as a document to hand on: Markdown for a support case, one HTML page with a timeline, or JSON."""
