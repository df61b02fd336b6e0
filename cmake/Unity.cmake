# Several .cpp files of one folder compiled as one unit: headers of Asio, Beast, JSON and Catch2 cost more to parse and to
# instantiate than the code of a file, and are then paid for once a unit. Names in unnamed namespaces must be unique within
# a folder. The preset `dev` compiles each file by itself, so that a change rebuilds little and each file is known to include what
# it uses.
option(AUDIENCED_UNITY "compile several files of a folder as one unit" ON)

# audienced_unity(TARGET FILES_A_UNIT [ACROSS_FOLDERS]): a unit holds files of one folder; with ACROSS_FOLDERS, which needs a
# namespace of its own in each file (tests have one), of all folders of the target.
function(audienced_unity target most)
  cmake_parse_arguments(UNITY "ACROSS_FOLDERS" "" "" ${ARGN})
  if(NOT AUDIENCED_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(SORT sources)
  set(folders "")
  foreach(source ${sources})
    if(NOT source MATCHES "\\.cpp$" OR source MATCHES "_impl\\.cpp$")  # an _impl.cpp is one library, large by itself
      continue()
    endif()
    get_filename_component(folder ${source} DIRECTORY)
    if(UNITY_ACROSS_FOLDERS)
      set(folder ${target})
    endif()
    string(MAKE_C_IDENTIFIER "${folder}" key)
    if(NOT DEFINED count_${key})
      set(count_${key} 0)
    endif()
    math(EXPR number "${count_${key}} / ${most}")
    math(EXPR count_${key} "${count_${key}} + 1")
    string(REGEX REPLACE "^.*/(lib|daemon|tests)/" "" short "${folder}")
    string(MAKE_C_IDENTIFIER "${short}_${number}" group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  # GCC takes what stands in an included file for a header, and warns of the unnamed namespaces and lambdas there; a unit
  # is included nowhere else.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# audienced_unit_of(TARGET GROUP FILES...): just these files of the target as one unit.
function(audienced_unit_of target group)
  if(NOT AUDIENCED_UNITY)
    return()
  endif()
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP ${group})
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# Headers of libraries, compiled once for all targets with the same options: half of what a unit costs before its own code
# begins. Not where each file is compiled by itself, so that each is known to include what it uses.
# audienced_headers_here(TARGET FILES...): compiles them. audienced_headers(TARGET DONOR): uses what DONOR compiled.
function(audienced_headers_here target)
  if(AUDIENCED_UNITY)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
function(audienced_headers target donor)
  if(AUDIENCED_UNITY)
    target_precompile_headers(${target} REUSE_FROM ${donor})
  endif()
endfunction()
