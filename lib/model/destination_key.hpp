#pragma once

#include "model/connection.hpp"
#include "model/export.hpp"
#include "model/ids.hpp"

namespace audienced::model {

/// Of a connection whose account is known.
inline DestinationKey destination_key(const Connection& connection, const Export& definition) {
    return DestinationKey(connection.account_id + "/" + definition.destination);
}

}  // namespace audienced::model
