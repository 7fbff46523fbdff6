# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154
# For scripts that test commands, which source it: TAP lines and their count. $t is the script's
# folder, in which out and err hold what the last command said.

cnt=0
failed=0

# ok TEXT COMMAND...: one test.
ok() {
	text=$1
	shift
	cnt=$((cnt + 1))
	if "$@" >"$t/said" 2>&1; then
		echo "ok $cnt - $text"
	else
		echo "not ok $cnt - $text"
		failed=$((failed + 1))
		echo "# failed: $*" | head -n 5
		sed 's/^/#   /' "$t/said" "$t/out" "$t/err" 2>/dev/null | cut -c1-300 | head -n 20
	fi
}

skip() {
	cnt=$((cnt + 1))
	echo "ok $cnt - $1 # SKIP $2"
}

has_line() {
	grep -q -e "$1" "$t/${2:-out}"
}

has_text() {
	grep -q -F -e "$1" "$t/${2:-out}"
}

# status_of CODE COMMAND...: it ends with that code.
status_of() {
	want=$1
	shift
	"$@" >"$t/out" 2>"$t/err" </dev/null
	status=$?
	[ "$status" -eq "$want" ] || { echo "exit code $status, not $want"; return 1; }
}
