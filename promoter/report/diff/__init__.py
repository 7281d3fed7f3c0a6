"""A comparison of environments as text, JSON, Markdown and HTML."""
