// Beast, compiled here and nowhere else of the sandbox (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
