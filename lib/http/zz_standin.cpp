#include <cstdio>
#include <cstring>
#include "http/message.hpp"
#include "base/text.hpp"
namespace audienced::http {
std::string Url::origin() const { return "https://" + host; }
result<Url> parse_url(std::string_view t) { Url u; t.remove_prefix(8); auto s=t.find('/'); u.host=t.substr(0,s); u.target = s==t.npos?"/":std::string(t.substr(s)); return u; }
std::string percent_encode(std::string_view v) { std::string o; for (char c: v) { if (isalnum((unsigned char)c)||strchr("-_.~",c)) o+=c; else { char b[4]; snprintf(b,4,"%%%02X",(unsigned char)c); o+=b; } } return o; }
Url join(const Url& b, std::string_view p) { Url u=b; if(u.target.back()=='/')u.target.pop_back(); u.target+=p; return u; }
std::string_view Response::header(std::string_view n) const noexcept { for (auto&[k,v]:headers) if (iequals(k,n)) return v; return {}; }
}
