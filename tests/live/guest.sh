#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The live suites one after the other, for a guest: prints the TAP lines of all.
set -u

build=${BUILD:-build}
status=0
"$build/tests/live" || status=1
sh tests/gen/test_generated.sh || status=1
sh tests/live/test_tools.sh || status=1
sh tests/live/test_bindings.sh || status=1
sh tests/live/test_cache.sh || status=1
exit $status
