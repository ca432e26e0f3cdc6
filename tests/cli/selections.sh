# Which incidents are told: --all, --number, --where, --since, --until, --tz.
run 0 $sample $other $third && out_has "--all" && out_has "--number"
ok "several incidents: a table, the worst, and how to see the others"
lines=$(wc -l <"$tmp/out")
run 0 --all $sample $other $third && [ "$(wc -l <"$tmp/out")" -gt "$lines" ]
ok "--all explains every incident"
run 0 -n 2 $sample $other $third && out_has "java" && ! out_has "--number N"
ok "--number explains one"
run 2 -n 4 $sample $other $third && err_has "only 3 incidents" && err_lines 1
ok "--number beyond the last: status 2"
run 0 --format json -n 2 $sample $other $third && out_lines 1
ok "--number with JSON: one record"
run 0 --where 'scope is memcg' $sample
ok "--where that holds keeps the incident"
run 1 --where 'scope is global' $sample && out_has "--where"
ok "--where that does not hold leaves it out and says so"
run 2 --where 'scpe is memcg' $sample && err_has "scope" && err_lines 1
ok "--where with a mistake: status 2 and what was meant"
run 0 --since '2h ago' $sample && err_has "no wall clock" && err_lines 1
ok "--since keeps what has no wall clock, with a note"
sed 's/^/2026-03-28T22:14:31.000000+00:00 web1 kernel: /' $sample >"$tmp/iso.log"
run 0 --since 2026-03-28 --until 2026-03-29 "$tmp/iso.log"
ok "--since and --until keep what lies between"
run 1 --since 2026-03-29 "$tmp/iso.log" && out_has "--since"
ok "--since leaves out what lies before, and says so"
run 0 --tz Asia/Tokyo --since 2026-03-29 "$tmp/iso.log"
ok "--tz moves the start of a day"
run 2 --since soon $sample && err_has "--since: 'soon'" && err_lines 1
ok "--since with nonsense: status 2"
run 2 --tz Mars/Phobos $sample && err_has "Mars/Phobos" && err_lines 1
ok "--tz with no zone: status 2"
