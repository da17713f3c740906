"""vi keys: tables of motions, text objects, operators and edits over pure functions, a grammar, and a machine."""
