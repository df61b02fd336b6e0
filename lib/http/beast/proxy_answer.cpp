#include "http/beast/proxy_answer.hpp"

namespace audienced::http {

result<void> ProxyAnswer::feed(std::string_view bytes) {
    constexpr std::size_t max_head = 16 * 1024;
    head_.append(bytes);
    const auto end = head_.find("\r\n\r\n");
    if (end == head_.npos && head_.size() <= max_head) return {};
    const std::string proxy = "the proxy " + host_;
    const bool is_http = head_.starts_with("HTTP/1.1 ") || head_.starts_with("HTTP/1.0 ");
    if (!is_http || end == head_.npos)
        return make_error(Errc::bad_answer, proxy + " answered with something that is not HTTP",
                          "check the proxy's address and port in the configuration");
    const std::string status = head_.substr(9, 3);
    if (status == "407")
        return make_error(Errc::bad_config, proxy + " asks for other credentials (407)",
                          "correct the proxy's user and password in the configuration");
    if (status[0] != '2')
        return retryable(Errc::network, proxy + " refused the tunnel with status " + status,
                         "check that the proxy may connect to this host and port");
    // After the tunnel stands the server waits for our first TLS byte; whatever comes earlier is not from it.
    if (head_.size() > end + 4)
        return make_error(Errc::bad_answer, proxy + " sent data after its answer", "");
    complete_ = true;
    return {};
}

}  // namespace audienced::http
