// Nothing: the target that compiles headers.hpp for others needs a source file.
