# ./dev package: audienced and audience-sandbox as Debian packages.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "the audienced authors")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
# The units name where they will lie, not the staging folder: installed as if below /usr, moved by DESTDIR.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/package/finish.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL audienced sandbox)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "audienced maintainers <maintainers@example.org>" CACHE STRING "of the packages")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

set(CPACK_DEBIAN_AUDIENCED_PACKAGE_NAME audienced)
set(CPACK_DEBIAN_AUDIENCED_PACKAGE_SECTION net)
# What no library asks for: zones for schedules, certificates for TLS, and what the units and the maintainer scripts call.
set(CPACK_DEBIAN_AUDIENCED_PACKAGE_DEPENDS "ca-certificates, systemd (>= 250), tzdata")
set(CPACK_DEBIAN_AUDIENCED_PACKAGE_SUGGESTS "audience-sandbox, acl")
set(CPACK_DEBIAN_AUDIENCED_DESCRIPTION "keeps Mailchimp audiences and Constant Contact lists in step
A service that reads segments of customers from SQLite, PostgreSQL, CSV files,
Common Data Model folders or Customer Insights, computes what changed since the
last run, and sends only the changes to a Mailchimp audience or to a Constant
Contact list. It never subscribes a contact again that left. It is
administered with the program audiencectl.")
foreach(script postinst prerm postrm conffiles)
  list(APPEND CPACK_DEBIAN_AUDIENCED_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/package/${script})
endforeach()

set(CPACK_DEBIAN_SANDBOX_PACKAGE_NAME audience-sandbox)
set(CPACK_DEBIAN_SANDBOX_PACKAGE_SECTION net)
set(CPACK_DEBIAN_SANDBOX_DESCRIPTION "imitates Mailchimp, Constant Contact and Customer Insights
A server for trials and tests of audienced: it answers like the providers do,
with their limits, errors, jobs and states of contacts, over TLS on this
machine. It sends no mail and keeps everything in memory.")
include(CPack)
