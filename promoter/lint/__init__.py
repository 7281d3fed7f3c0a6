"""The linter: rules for rendered objects, sources and environments, and the engine that runs them."""
