#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs one suite, whose standard output holds TAP lines, and counts them.
#
#   tests/run.sh RESULTS LABEL COMMAND [ARG...]
#
# Shows what failed and what was skipped with its reason, and appends "LABEL passed failed skipped"
# to the file RESULTS. A suite that ends with an error without a failed test, or that runs no test,
# counts as one failure.
set -u

results=$1 label=$2
shift 2
out=$(mktemp)
trap 'rm -f "$out"' EXIT

printf '== %s\n' "$label"
"$@" >"$out"
status=$?

# Check writes "ok 3 - file:case:name: Passed" and has no word for skipped tests; a test that skips
# writes "# SKIP name: reason" before. The shell suites write "ok 3 - text # SKIP reason".
awk -v label="$label" -v status="$status" -v results="$results" '
	/^# SKIP / { name = $3; sub(/:$/, "", name); reason = $0; sub(/^# SKIP [^ ]+ /, "", reason)
		     skips[name] = reason; next }
	/^not ok / { failed++; print "  FAILED " $0; next }
	/^ok /     { if (match($0, / # SKIP /)) {
			skipped++; print "  skipped: " $0; next
		     }
		     n = split($0, parts, ":")
		     if (n >= 3 && parts[3] in skips) {
			skipped++; print "  skipped: " parts[3] ": " skips[parts[3]]; next
		     }
		     passed++; next }
	/^(TAP version|1\.\.[0-9])/ { next }
	{ print "  " $0 }
	END {
		if (status != 0 && !failed) { failed++; print "  FAILED: ended with status " status }
		if (!passed && !failed && !skipped) { failed++; print "  FAILED: no test was run" }
		printf "%s: %d passed, %d failed, %d skipped\n", label, passed, failed, skipped
		printf "%s\t%d\t%d\t%d\n", label, passed, failed, skipped >> results
	}' "$out"
