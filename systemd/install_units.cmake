# Runs when the project is installed. In: CMAKE_INSTALL_PREFIX as chosen for this installation, audienced_{bin,man,data}dir,
# audienced_source, audienced_build. file(INSTALL) honours DESTDIR and keeps the manifest.
set(systemd ${audienced_source}/systemd)

# under(VARIABLE DIRECTORY): below the prefix, unless it is absolute.
macro(under variable directory)
  set(${variable} "${directory}")
  if(NOT IS_ABSOLUTE "${directory}")
    set(${variable} "${CMAKE_INSTALL_PREFIX}/${directory}")
  endif()
endmacro()
under(bindir "${audienced_bindir}")
under(mandir "${audienced_mandir}")
under(datadir "${audienced_datadir}")

# systemd reads units, users and catalogs below /usr/lib and /usr/local/lib, and nowhere below another prefix.
set(libdir /usr/local/lib)
set(zsh site-functions)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(libdir /usr/lib)
  set(zsh vendor-completions)
endif()

file(READ ${systemd}/audienced.service service)
string(REPLACE "/usr/bin/audienced" "${bindir}/audienced" service "${service}")
string(RANDOM LENGTH 12 unique)  # two installations of one tree at the same time may have two prefixes
set(made ${audienced_build}/systemd/${unique})
file(WRITE ${made}/audienced.service "${service}")
set(mode PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
file(INSTALL ${made}/audienced.service ${systemd}/audienced.socket DESTINATION ${libdir}/systemd/system ${mode})
file(REMOVE_RECURSE ${made})
file(INSTALL ${systemd}/audienced.sysusers DESTINATION ${libdir}/sysusers.d RENAME audienced.conf ${mode})
file(INSTALL ${systemd}/audienced.catalog DESTINATION ${libdir}/systemd/catalog ${mode})

# The unit names /etc/audienced whatever the prefix (ConfigurationDirectory=). The administrator's file is not replaced.
if(EXISTS "$ENV{DESTDIR}/etc/audienced/audienced.toml")
  message(STATUS "Kept: /etc/audienced/audienced.toml (the one of this version is ${datadir}/doc/audienced/audienced.toml)")
else()
  file(INSTALL ${systemd}/audienced.toml DESTINATION /etc/audienced ${mode})
endif()

file(GLOB pages ${audienced_source}/docs/*.md)
list(FILTER pages EXCLUDE REGEX "/(ARCHITECTURE|READING|TESTING)\\.md$")
file(INSTALL ${pages} ${systemd}/audienced.toml DESTINATION ${datadir}/doc/audienced ${mode})
file(INSTALL ${systemd}/package/copyright DESTINATION ${datadir}/doc/audienced ${mode})

set(documents ${audienced_build}/documents)  # the target of that name makes them
file(INSTALL ${documents}/audiencectl.1 DESTINATION ${mandir}/man1 ${mode})
file(INSTALL ${documents}/audienced.8 DESTINATION ${mandir}/man8 ${mode})
file(INSTALL ${documents}/audienced.toml.5 DESTINATION ${mandir}/man5 ${mode})
file(INSTALL ${documents}/audiencectl.bash DESTINATION ${datadir}/bash-completion/completions RENAME audiencectl ${mode})
file(INSTALL ${documents}/_audiencectl DESTINATION ${datadir}/zsh/${zsh} ${mode})
file(INSTALL ${documents}/audiencectl.fish DESTINATION ${datadir}/fish/vendor_completions.d ${mode})
