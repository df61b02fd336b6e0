// What unit tests parse besides cmake/headers.hpp.
#include <catch2/catch.hpp>
