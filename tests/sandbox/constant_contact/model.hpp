#pragma once
namespace audienced::sandbox::constant_contact {
class Accounts {};
}  // namespace audienced::sandbox::constant_contact
