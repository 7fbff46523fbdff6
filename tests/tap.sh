# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# For test scripts, which source it: TAP lines and their count. What a test wrote to $dir/out
# explains its failure.

number=0
failed=0

# report NAME: a line for the status of the command before.
report() {
	status=$?
	number=$((number + 1))
	if [ "$status" -eq 0 ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' "${dir:?}/out"
		failed=1
	fi
}

# skip NAME REASON
skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# The end of a script: the plan, and the script's status.
finish() {
	echo "1..$number"
	exit "$failed"
}
