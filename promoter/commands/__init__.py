"""One use case a module: read, ask the core, write, and give back a value."""
