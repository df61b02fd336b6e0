# Several .cpp files of one target compiled as one unit: headers of Asio, Beast, JSON and Catch2 cost more to parse and to
# instantiate than the code of a file, and are then paid for once a unit. The larger the units, the less: the 57 hot files of
# lib/provider take 75 s in seven units by folder, 49 s in one. Two units a target keep two cores busy. Names in unnamed
# namespaces must be unique within a namespace of a target (tests/lint/check_unit_names.py). The preset `dev` compiles each
# file by itself, so that a change rebuilds little and each file is known to include what it uses.
option(AUDIENCED_UNITY "compile several files of a target as one unit" ON)

# audienced_unity(TARGET FILES_A_UNIT): as few units as hold at most so many files each, of equal size. Units hold neighbours in
# the order of paths, so mostly files of one folder.
function(audienced_unity target most)
  if(NOT AUDIENCED_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_impl\\.cpp$")  # one library, large by itself
  list(SORT sources)
  list(LENGTH sources files)
  math(EXPR units "(${files} + ${most} - 1) / ${most}")
  set(at 0)
  foreach(source ${sources})
    math(EXPR number "${at} * ${units} / ${files}")
    math(EXPR at "${at} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${target}_${number})
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
