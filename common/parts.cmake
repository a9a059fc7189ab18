# How a folder becomes a part of the suite. Each folder's CMakeLists.txt is one call.
#
#   glasshall_part(store USES crypto LIBRARIES lmdb)      a library of common/
#   glasshall_service(fee USES matter)                    a service: its library and its program
#
# Sources are the folder's *.c, and with FOLDERS those of the folders below it that are named; each
# x_test.c beside them becomes a test that links cmocka.

option(GLASSHALL_FUZZ "build the libFuzzer targets (clang)" OFF)
set(GLASSHALL_SANITIZE "" CACHE STRING "sanitizers to build with, separated by commas")

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(glasshall_flags INTERFACE)
target_include_directories(glasshall_flags INTERFACE ${CMAKE_SOURCE_DIR}/common)
target_compile_definitions(glasshall_flags INTERFACE _GNU_SOURCE
  GLASSHALL_VERSION="${PROJECT_VERSION}")
target_compile_options(glasshall_flags INTERFACE
  -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wvla -Wpointer-arith -Wcast-qual -Wwrite-strings
  -Wundef -Wformat=2 -Wnull-dereference -Wdouble-promotion
  $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
  -fno-strict-aliasing -fstack-protector-strong)
# Null-dereference analysis of gcc needs the optimiser and is noisy with sanitizers.
if(GLASSHALL_SANITIZE)
  target_compile_options(glasshall_flags INTERFACE -Wno-null-dereference
    -fsanitize=${GLASSHALL_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(glasshall_flags INTERFACE -fsanitize=${GLASSHALL_SANITIZE})
  if(GLASSHALL_SANITIZE MATCHES "undefined")
    target_compile_options(glasshall_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(glasshall_flags INTERFACE -D_FORTIFY_SOURCE=2)
endif()
if(GLASSHALL_FUZZ)
  target_compile_options(glasshall_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# A test program per x_test.c of the calling folder, linked with `library` and cmocka.
function(glasshall_tests name library)
  cmake_parse_arguments(PART "" "" "USES;LIBRARIES;EXCEPT;FOLDERS" ${ARGN})
  list(TRANSFORM PART_FOLDERS APPEND "/*_test.c" OUTPUT_VARIABLE patterns)
  file(GLOB tests CONFIGURE_DEPENDS *_test.c ${patterns})
  foreach(source ${tests})
    get_filename_component(test ${source} NAME_WE)
    add_executable(${name}.${test} ${source})
    target_link_libraries(${name}.${test} PRIVATE ${library} cmocka)
    add_test(NAME ${name}.${test} COMMAND ${name}.${test}
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name}.${test} PROPERTIES LABELS unit TIMEOUT 300)
  endforeach()
endfunction()

# The library of the calling folder: every *.c that is neither a test nor in `except`.
function(glasshall_library library)
  cmake_parse_arguments(PART "" "" "USES;LIBRARIES;EXCEPT;FOLDERS" ${ARGN})
  list(TRANSFORM PART_FOLDERS APPEND "/*.c" OUTPUT_VARIABLE patterns)
  file(GLOB sources CONFIGURE_DEPENDS *.c ${patterns})
  list(FILTER sources EXCLUDE REGEX "_test\\.c$")
  foreach(pattern ${PART_EXCEPT})
    list(FILTER sources EXCLUDE REGEX "/${pattern}$")
  endforeach()
  add_library(${library} STATIC ${sources})
  list(TRANSFORM PART_USES PREPEND glasshall_)
  target_link_libraries(${library} PUBLIC glasshall_flags ${PART_USES} ${PART_LIBRARIES})
endfunction()

# A part of common/: library glasshall_<name> and the tests beside its sources.
function(glasshall_part name)
  glasshall_library(glasshall_${name} ${ARGN})
  glasshall_tests(common.${name} glasshall_${name})
endfunction()

# A program glasshall-<name> from the calling folder's main.c and the library beside it.
function(glasshall_program name library)
  add_executable(glasshall-${name} main.c)
  target_link_libraries(glasshall-${name} PRIVATE ${library})
  set_target_properties(glasshall-${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# A service: its functions as library glasshall_<name>_service (the simulator links it), its program
# glasshall-<name> from main.c, and its tests.
function(glasshall_service name)
  glasshall_library(glasshall_${name}_service ${ARGN} EXCEPT main.c)
  target_include_directories(glasshall_${name}_service PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/..)
  glasshall_program(${name} glasshall_${name}_service)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE "/" "." folder ${folder})
  glasshall_tests(${folder} glasshall_${name}_service ${ARGN})
endfunction()

# Links a service into a test program beside others. Inside, services use the same names (decide_act,
# TABLE_CASES), so each is first joined into one object that shows its table alone.
function(glasshall_join program name library)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${CMAKE_LINKER} -r -o ${object} --whole-archive $<TARGET_FILE:${library}>
    COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=${name}_service ${object}
    DEPENDS ${library} VERBATIM)
  target_sources(${program} PRIVATE ${object})
  get_target_property(used ${library} LINK_LIBRARIES) # the parts it stands on stay outside
  target_link_libraries(${program} PRIVATE ${used})
endfunction()
