# SIGINT and SIGTERM while it reads, and pipes that stay silent.
yes "Nov 23 06:33:01 web1 kernel: [1.000000] nothing" | (cat $sample -) 2>/dev/null |
    timeout --foreground --preserve-status -s INT 4 "$whyoom" scan - >"$tmp/out" 2>"$tmp/err"
[ $? -eq 0 ] && out_lines 1 && err_has interrupted
ok "an interrupt ends the reading, and what was found is told"
(cat $sample && sleep 2) | timeout --foreground --preserve-status -s INT 1 "$whyoom" - >"$tmp/out" 2>"$tmp/err"
[ $? -eq 0 ] && out_has "java (pid 7093) was killed" && err_has interrupted && err_lines 1
ok "an interrupt in a quiet pipe: the report that is open is told"
mkfifo "$tmp/silent"
(cat $sample && exec sleep 60) >"$tmp/silent" 2>/dev/null & writer=$!
timeout --foreground --preserve-status -s INT -k 20 1 "$whyoom" - <"$tmp/silent" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 0 ] && kill $writer && out_has "java (pid 7093) was killed" && err_has interrupted
ok "an interrupt in a pipe that stays silent is not waited with"
mkfifo "$tmp/mute"
timeout -k 5 --preserve-status -s TERM 1 "$whyoom" "$tmp/mute" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 1 ] && err_has interrupted && err_lines 1
ok "SIGTERM ends the waiting for a named pipe that nobody writes to"
timeout 20 sh -c "cat $sample; sleep 10" >"$tmp/mute" &
timeout -k 5 --preserve-status -s TERM 1 "$whyoom" scan "$tmp/mute" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 0 ] && out_lines 1 && err_has interrupted
ok "SIGTERM ends the waiting for a named pipe that fell silent"
timeout 20 sh -c "echo quiet" >"$tmp/mute" &
timeout 10 "$whyoom" "$tmp/mute" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 1 ] && out_has "No out-of-memory incident" && wait $!
ok "a named pipe without an incident is read once"
mkdir -p "$tmp/hollow/within"
run 1 "$tmp/hollow" && out_lines 0 && err_lines 1 && err_has "whyoom: $tmp/hollow: holds no file"
ok "an empty directory: one line, status 1"
(head -n 30 $sample && sleep 2) | timeout --preserve-status -s TERM 1 "$whyoom" scan - >"$tmp/out" 2>"$tmp/err"
[ $? -eq 0 ] && out_lines 1 && err_has interrupted
ok "an interrupt in the middle of a report: what there is of it is told"
(cat $sample && sleep 3) | timeout --foreground --preserve-status -s INT 1 "$whyoom" scan -j 2 - $other >"$tmp/out" 2>"$tmp/err"
[ $? -eq 0 ] && out_has '"java"' && err_has interrupted
ok "an interrupt of several readers: each tells its open report"
