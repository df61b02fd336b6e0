#pragma once
namespace audienced::sandbox::customer_insights {
class Instances {};
}  // namespace audienced::sandbox::customer_insights
