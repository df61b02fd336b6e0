// The target that compiles headers for the unit tests; it has nothing of its own.
