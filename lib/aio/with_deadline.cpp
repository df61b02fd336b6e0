#include "aio/with_deadline.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>

namespace audienced::aio {

Error cancelled_or_rethrow() {
    std::exception_ptr thrown = std::current_exception();
    try {
        throw;
    } catch (const boost::asio::multiple_exceptions& several) {
        thrown = several.first_exception();
    } catch (...) {  // the only one, looked at below
    }
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
        if (e.code() != boost::asio::error::operation_aborted) throw;
    }
    return make_error(Errc::cancelled, "cancelled");
}

}  // namespace audienced::aio
