#include "http/beast/response_reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "base/text.hpp"
#include "http/beast/inflate.hpp"

namespace audienced::http {
namespace beast = boost::beast;
using beast::error_code;

namespace {
constexpr std::uint32_t max_head_bytes = 32 * 1024;
// Memory is reserved for plausible lengths only: a false Content-Length must not cost memory.
constexpr std::uint64_t max_reserved = 8u << 20;

using View = decltype(beast::string_view{});
std::string text_of(View s) {
    return {s.data(), s.size()};
}
}  // namespace

class ResponseReader::Parser final : public beast::http::basic_parser<false> {
public:
    Parser(std::string host, std::size_t max_body) : host_(std::move(host)), max_body_(max_body) {
        eager(true);
        header_limit(max_head_bytes);
        body_limit(max_body);
    }

    result<void> feed(std::string_view bytes) {
        if (is_done()) {
            surplus_ = surplus_ || !bytes.empty();
            return {};
        }
        if (!held_.empty()) {
            held_.append(bytes);
            bytes = held_;
        }
        error_code ec;
        const std::size_t used =
            bytes.empty() ? 0 : put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
        if (failure_) return *failure_;
        if (ec && ec != beast::http::error::need_more) return refuse(ec);
        std::string rest(bytes.substr(used));
        held_ = std::move(rest);
        if (is_done()) {
            surplus_ = !held_.empty();
            held_.clear();
        }
        // The parser bounds the head; this bounds what it waits for between chunks.
        if (held_.size() > 2 * max_head_bytes) return bad("sent a chunk header or trailer without an end");
        return {};
    }

    result<void> end_of_stream() {
        if (is_done()) return {};
        error_code ec = beast::http::error::partial_message;
        if (got_some()) put_eof(ec);
        if (failure_) return *failure_;
        if (ec)
            return retryable(Errc::network, host_ + " closed the connection before its answer was complete",
                             "the call is retried");
        return {};
    }

    bool reusable() const { return is_done() && keep_alive() && !surplus_; }

    Response response;

private:
    Error bad(const std::string& what) const {
        return make_error(Errc::bad_answer, host_ + " " + what,
                          "check that the address is the provider's own, and check proxies in between");
    }

    Error refuse(error_code ec) const {
        if (ec == beast::http::error::body_limit)
            return make_error(Errc::too_large, host_ + " sent an answer larger than the limit of " +
                                                   std::to_string(max_body_) + " bytes");
        if (ec == beast::http::error::header_limit)
            return make_error(Errc::too_large, host_ + " sent an answer whose head is larger than " +
                                                   std::to_string(max_head_bytes) + " bytes");
        return bad("answered with something that is not HTTP (" + ec.message() + ")");
    }

    void stop(Error error, error_code& ec) {
        failure_ = std::move(error);
        ec = beast::http::error::bad_value;  // any: feed() looks at failure_ first
    }

    void on_request_impl(beast::http::verb, View, View, int, error_code&) override {}

    void on_response_impl(int code, View, int, error_code& ec) override {
        // We ask for no upgrade and no 100-continue, so nothing below 200 has a meaning here.
        if (code < 200 || code > 599) return stop(bad("answered with status " + std::to_string(code)), ec);
        response.status = static_cast<unsigned>(code);
    }

    void on_field_impl(beast::http::field field, View name, View value, error_code&) override {
        if (in_body_) return;  // trailers say nothing that we use
        response.headers.emplace_back(text_of(name), text_of(value));
        if (field == beast::http::field::content_encoding) coding_ = ascii_lower(text_of(value));
    }

    void on_header_impl(error_code& ec) override {
        in_body_ = true;
        if (coding_ == "gzip" || coding_ == "x-gzip")
            inflater_.emplace(max_body_);
        else if (!coding_.empty() && coding_ != "identity")
            stop(bad("answered in a content coding that was not requested"), ec);
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        if (length && !inflater_)
            response.body.reserve(static_cast<std::size_t>(std::min(*length, max_reserved)));
    }

    std::size_t on_body_impl(View body, error_code& ec) override {
        const std::string_view piece(body.data(), body.size());
        if (!inflater_) {
            response.body.append(piece);
        } else if (auto fed = inflater_->feed(piece, response.body); !fed) {
            Error error = fed.error();
            error.message = host_ + ": " + error.message;
            stop(std::move(error), ec);
        }
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View body, error_code& ec) override {
        return on_body_impl(body, ec);
    }

    void on_finish_impl(error_code& ec) override {
        if (!inflater_) return;
        auto finished = inflater_->finish();
        if (finished) return;
        Error error = finished.error();
        error.message = host_ + ": " + error.message;
        stop(std::move(error), ec);
    }

    std::string host_;
    std::size_t max_body_;
    std::string held_;  // bytes that the parser wants to see again with what follows them
    std::string coding_;
    std::optional<GzipInflater> inflater_;
    std::optional<Error> failure_;
    bool in_body_ = false;
    bool surplus_ = false;
};

ResponseReader::ResponseReader(std::string host, std::size_t max_body)
    : parser_(std::make_unique<Parser>(std::move(host), max_body)) {}
ResponseReader::ResponseReader(ResponseReader&&) noexcept = default;
ResponseReader::~ResponseReader() = default;

result<void> ResponseReader::feed(std::string_view bytes) {
    return parser_->feed(bytes);
}
result<void> ResponseReader::end_of_stream() {
    return parser_->end_of_stream();
}
bool ResponseReader::begun() const noexcept {
    return parser_->got_some();
}
bool ResponseReader::has_head() const noexcept {
    return parser_->is_header_done();
}
bool ResponseReader::complete() const noexcept {
    return parser_->is_done();
}
bool ResponseReader::reusable() const noexcept {
    return parser_->reusable();
}
Response ResponseReader::take() {
    return std::move(parser_->response);
}

}  // namespace audienced::http
