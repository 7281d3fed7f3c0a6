"""The catalogue of rules: a list, and one page for each rule."""
