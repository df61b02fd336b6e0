// The resources of the socket, one file each.
#pragma once

#include "control/router.hpp"

namespace audienced::control {

std::vector<Route> status_routes();
std::vector<Route> check_routes();
std::vector<Route> source_routes();
std::vector<Route> segment_routes();
std::vector<Route> connection_routes();
std::vector<Route> consent_routes();
std::vector<Route> sign_in_routes();
std::vector<Route> export_routes();
std::vector<Route> export_check_routes();
std::vector<Route> export_try_routes();
std::vector<Route> export_withdraw_routes();
std::vector<Route> export_members_routes();
std::vector<Route> run_routes();
std::vector<Route> run_control_routes();
std::vector<Route> run_undo_routes();
std::vector<Route> refresh_routes();
std::vector<Route> schedule_routes();
std::vector<Route> audit_routes();
std::vector<Route> apply_routes();
std::vector<Route> doctor_routes();
std::vector<Route> keys_routes();
std::vector<Route> forget_routes();
std::vector<Route> backup_routes();

}  // namespace audienced::control
