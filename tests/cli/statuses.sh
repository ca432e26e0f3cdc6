# How the program ends, and what it says of a command line that it cannot follow.
for unit in a b; do
    echo "Nov 23 01:02:03 web1 systemd-oomd[612]: Killed /user.slice/$unit.scope due to memory pressure for /user.slice" \
        "being 61.44% > 50.00% for > 20s with reclaim activity"
done >"$tmp/units.log"
run 0 scan "$tmp/units.log" && out_lines 2
ok "two units that systemd-oomd killed in one second: two incidents"
run 0 $sample && [ -s "$tmp/out" ] && err_lines 0
ok "an incident: status 0, nothing on standard error"
echo "Nov 23 06:33:01 web1 cron[1]: nothing to see" >"$tmp/quiet.log"
run 1 "$tmp/quiet.log" && out_has "No out-of-memory incident" && out_has "1 log"
ok "no incident: status 1, and what was read is said"
run 1 scan "$tmp/quiet.log" && out_lines 0 && err_has "No out-of-memory incident" && err_lines 1
ok "scan without an incident: nothing on standard output, one line beside it"
yes 'nothing to see' | tr '\n' ' ' | head -c 300000 >"$tmp/long.log"
run 1 "$tmp/long.log" && head -n 1 "$tmp/out" | grep -q "^1 line longer than 256 KiB was read in part only" &&
    ! out_has "No line is a kernel"
ok "a line that was cut: said before that nothing was found"
{ printf '[' && yes '{"timestamp": 1, "message": "nothing to see"}, ' | tr -d '\n' | head -c 300000 && echo; } >"$tmp/long.json"
run 1 "$tmp/long.json" && err_lines 1 && err_has "a JSON document" && ! out_has "in part only"
ok "a JSON document that was cut: said in one line"
run 2 --no-such-option && err_lines 1 && out_lines 0
ok "a usage error: status 2, one line"
run 2 "$tmp/absent.log" $sample && err_lines 1 && err_has "whyoom: $tmp/absent.log: " && [ -s "$tmp/out" ]
ok "a bad input among good ones: one line, the good ones told, status 2"
run 2 scan "$tmp/absent.log" $sample "$tmp/absent2.log" && err_lines 2 && out_lines 1
ok "scan with bad inputs: a line each, the records of the others, status 2"
mkdir "$tmp/packed" && cp samples/dump-6.1-tmpfs.vmcore $sample "$tmp/packed" && tar -czf "$tmp/case.tgz" -C "$tmp" packed
run 2 scan "$tmp/case.tgz" && out_lines 1 && err_lines 1 && err_has "case.tgz:packed/dump-6.1-tmpfs.vmcore: " && err_has "unpack it"
ok "a dump in an archive: one line says what to do, the log beside it is told"
for arguments in "scan --anonymize" "--anonymize --format json" "--anonymize --why" "--anonymize --format md" "--anonymize --format html"; do
    run 0 $arguments samples/dump-6.1-many-owners.vmcore && [ -s "$tmp/out" ] &&
        ! grep -wE 'shop|batch|jobs|eater|box-tmp|box-gone|memfd:lab|dump-6\.1-many-owners' "$tmp/out" >>"$tmp/err"
    ok "$arguments of a dump names no cgroup, mount, task or file"
done
run 3 --fail-on slab,shmem $sample
ok "--fail-on with the class that occurs: status 3"
run 0 --fail-on slab $sample
ok "--fail-on with another class: status 0"
run 2 --fail-on shmem $sample "$tmp/absent.log"
ok "an input error outweighs --fail-on"
run 2 layout && err_lines 1 && err_has "DUMP or VMLINUX"
ok "layout without a file: one line that says what it takes"
run 2 layout $sample && err_lines 1 && err_has "neither a memory dump nor a vmlinux"
ok "layout of a log: one line that says what it reads"
run 2 inspect nothing $sample && err_lines 1 && err_has "no view 'nothing'" && err_has log
ok "inspect with an unknown view: one line that names the views"
run 2 inspect log $sample && err_lines 1 && err_has "no memory dump"
ok "inspect of a log: one line that says what it reads"
dump=samples/dump-6.1-many-owners.vmcore
for format in md html csv; do
	run 2 inspect tasks --format $format $dump && err_lines 1 && err_has "text or json" && out_lines 0
	ok "inspect in $format: refused in one line"
done
for page in xyz 0x 1.5 12x ',' 99999999999999999999; do
	run 2 inspect page $page $dump && err_lines 1 && err_has "'$page' is no ADDR|PFN" && out_lines 0
	ok "inspect page $page: a usage error, in one line"
done
run 0 inspect page 50,000 $dump && out_has "50000"
ok "inspect page takes a number with its thousands parted"
run 0 inspect --no-pager shmem $dump && out_has "$dump: kernel 6.1.0-50-cloud-amd64"
ok "inspect knows --no-pager, and says which dump it shows"
mkdir "$tmp/crash" && cp $dump samples/dump-7.2-order.vmcore "$tmp/crash" && run 0 inspect swap "$tmp/crash" &&
	out_has "$tmp/crash/dump-6.1-many-owners.vmcore: " && out_has "$tmp/crash/dump-7.2-order.vmcore: "
ok "inspect of a directory says of each view which dump it is of"
run 2 inspect log --anonymize $dump && err_lines 1 && err_has "names of any kind"
ok "inspect log --anonymize: refused in one line"
run 2 scna $sample && err_lines 1 && err_has "did you mean 'whyoom scan'?" && out_lines 0
ok "a mistyped command: what was meant"
cp $sample "$tmp/scam"
(cd "$tmp" && "$whyoom" scam >out 2>err)
ok "a file called nearly as a command is read"
