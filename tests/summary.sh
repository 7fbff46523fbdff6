#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Adds up what tests/run.sh counted in the file RESULTS, prints one line, and ends with 1 if a test
# failed or none was run.
set -eu

awk -F '\t' '
	{ passed += $2; failed += $3; skipped += $4 }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || passed == 0
	}' "$1"
