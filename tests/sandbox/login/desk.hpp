#pragma once
namespace audienced::sandbox::login {
class Desk {};
}  // namespace audienced::sandbox::login
