#include "inspect/one_contact.hpp"

#include "run/prepare.hpp"

namespace audienced::inspect {

awaitable<result<OneContact>> read_one_contact(run::Environment& env, model::Export definition,
                                               std::string address) {
    auto prepared = co_await run::prepare(env, definition.name, nullptr, nullptr);
    if (!prepared) co_return prepared.error();
    const run::RunDefinition& of = prepared->definition;
    OneContact out;
    out.provider = of.session->connection.provider;
    out.fields = of.wire_fields;
    provider::ContactQuestion question;
    question.destination = of.settings.destination;
    question.address = std::move(address);
    question.fields = of.fields;
    auto contact = co_await of.session->provider->read_contact(std::move(question));
    if (!contact) co_return contact.error();
    out.contact = std::move(*contact);
    co_return std::move(out);
}

}  // namespace audienced::inspect
