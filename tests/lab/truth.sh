# shellcheck shell=bash
# From what a guest left behind to truth.json and state.txt. Nothing here asks whyoom. Sourced by run.

quote() { # as a JSON string
	printf '"%s"' "$(printf '%s' "$1" | tr -d '\r' | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\n\t' '  ')"
}

told() { # OUT WORD: what the guest told on its channel under WORD
	tr -d '\r' <"$1/channel.txt" 2>/dev/null | sed -n "s/^$2 //p"
}

join() { paste -sd, -; }

# The kernel's own lines up to its first decision, for what chance may change from run to run.
first_report() { # OUT
	sed -n '/invoked oom-killer\|page allocation failure/,/Killed process\|no killable\|Kernel panic/{p;/Killed process\|no killable\|Kernel panic/q}' "$1/console.log"
}

first_decision() { # SCENARIO_FILE OUT
	local victim trace
	victim=$(head_line "$1" victim)
	[ "$victim" = none ] || first_report "$2" | grep -aqE "Killed process [0-9]+ \(($(printf '%s' "$victim" | sed 's/[][().*+?]/\\&/g'))\)" ||
		echo "the first to be killed was not $victim"
	trace=$(sed -n 's/^# trace: *//p' "$1")
	[ -z "$trace" ] || first_report "$2" | sed '/Mem-Info\|memory: usage/q' | grep -aE '^\[ *[0-9.]+\]  [a-z_]' | grep -aqE "$trace" ||
		echo "what asked first was another: no $trace in its trace; $(first_report "$2" | head -n 1)"
}

# Why this run does not count: one line a reason, none when it does.
reasons() { # SCENARIO_FILE OUT
	local ends pattern
	told "$2" reason
	grep -a 'cgroup.procs: ' "$2/channel.txt" # an eater that could not even join its cgroup
	ends=$(head_line "$1" ends)
	case $ends in
	panic) grep -q '^armed' "$2/channel.txt" && grep -q 'Kernel panic' "$2/console.log" || echo "the guest did not end in a panic" ;;
	*) grep -q '^finished' "$2/channel.txt" || echo "the guest did not finish (status $(cat "$2/status"))" ;;
	esac
	first_decision "$1" "$2"
	[ -z "$(head_line "$1" kdump)" ] || [ -s "$2/vmcore" ] || echo "no dump was carried out"
	sed -n 's/^# evidence: *//p' "$1" | while read -r pattern; do
		grep -aqE -- "$pattern" "$2/console.log" || echo "the kernel never said: $pattern"
	done
}

expected() { # SCENARIO_FILE KERNEL
	local key value
	for key in kind class scope limit charge_path dominant victim; do
		value=$(head_line "$1" $key "$2")
		[ "$key$value" != kind ] || value=oom-kill
		[ -z "$value" ] || printf '"%s":%s\n' "$key" "$(quote "$value")"
	done | join
}

write_truth() { # SCENARIO_FILE OUT KERNEL
	local why verified=false scenario=${1##*/}
	sed -i 's/\r$//' "$2/console.log" # what a serial line adds is not the kernel's
	why=$(reasons "$1" "$2")
	[ -n "$why" ] || verified=true
	{
		printf '{"schema":"whyoom.lab/1","kernel":%s,"release":%s,"arch":%s,"scenario":%s,"log":%s,\n' "$(quote "$3")" "$(quote "$KERNEL_RELEASE")" \
			"$(quote "$KERNEL_ARCH")" "$(quote "${scenario%.sh}")" "$(quote "$(log_name "$1")")"
		printf '"question":%s,\n"expect":{%s},\n' "$(quote "$(head_line "$1" question)")" "$(expected "$1" "$3")"
		printf '"observed":{"kills":%s,"victims":[%s],\n"groups":[%s]},\n' "$(told "$2" kills | grep . || echo null)" "$(told "$2" victim | join)" \
			"$(told "$2" group | awk -F'"' '{last[$4] = $0} END {for (path in last) print last[path]}' | sort | join)"
		printf '"verified":%s,"reasons":[%s]}\n' $verified "$(echo "$why" | sed '/^$/d' | while read -r line; do quote "$line" && echo; done | join)"
	} >"$2/truth.json"
	tr -d '\r' <"$2/channel.txt" | sed -n '/^=== dmesg$/,/^=== dmesg end/p' | sed '1d;$d' >"$2/dmesg.log"
	[ -s "$2/dmesg.log" ] || rm "$2/dmesg.log"
	tr -d '\r' <"$2/channel.txt" | sed '/^=== begin/,/^=== end/!d' >"$2/state.txt"
	[ -z "$why" ] || echo "$why"
}

log_name() {
	local log
	log=$(head_line "$1" log)
	echo "${log:-console.log}"
}
