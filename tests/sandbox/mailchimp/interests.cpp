// Interest groups: one category is enough for a client that only reads them.
#include "mailchimp/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {
constexpr const char* only_category = "c0ffee0001";
}

Reply get_interest_categories(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    json categories = json::array();
    if (!(*list)->interests.empty())
        categories.push_back({{"id", only_category},
                              {"title", "Interests"},
                              {"type", "checkboxes"},
                              {"list_id", (*list)->id}});
    const std::size_t total = categories.size();
    return json_reply(
        200, {{"categories", std::move(categories)}, {"list_id", (*list)->id}, {"total_items", total}});
}

Reply get_interests(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    if (call.params.at(1) != only_category) return not_found();
    json interests = json::array();
    for (const auto& [id, name] : (*list)->interests)
        interests.push_back(
            {{"id", id}, {"name", name}, {"category_id", only_category}, {"list_id", (*list)->id}});
    const std::size_t total = interests.size();
    return json_reply(
        200, {{"interests", std::move(interests)}, {"list_id", (*list)->id}, {"total_items", total}});
}

}  // namespace audienced::sandbox::mailchimp
