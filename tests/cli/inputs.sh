# What is read, passed over and told twice or once; what is said of reports that are not whole.
"$whyoom" - <$sample >"$tmp/piped" 2>"$tmp/err"
run 0 $sample && sed "s|$sample|-|g" "$tmp/out" >"$tmp/expected" && [ "$(wc -l <"$tmp/piped")" -gt 5 ]
ok "standard input is read for -"
run 1 "$BUILD/whyoom" && out_lines 0 && err_lines 1 && err_has "a program, not a log"
ok "a program is not searched for its own words"
mkdir "$tmp/written"
for form in text json md html; do
    "$whyoom" --all --format $form $sample samples/lab-6.1-host-mlock.log >"$tmp/written/one.$form"
    "$whyoom" --format $form $sample samples/lab-6.1-host-mlock.log >"$tmp/written/list.$form"
done
mkdir "$tmp/few" "$tmp/few/d"
cp "$whyoom" "$tmp/few/d/b"
cp "$whyoom" "$tmp/few/c"
cp $sample "$tmp/few/e.log"
tar -cf "$tmp/few/d/a.tar" -C "$tmp/few" c e.log
for jobs in 1 4; do
    run 0 scan -j $jobs "$tmp/few" && err_lines 1 && err_has "few: 3 files hold no text and were passed over: c, d/a.tar:c, d/b"
    ok "what holds no text is named, read with -j $jobs"
done
cp "$whyoom" "$tmp/few/d/$(printf 'n\033%0200d' 1)"
cp "$whyoom" "$tmp/few/d/z"
run 0 scan "$tmp/few/d" && err_lines 1 && err_has "4 files hold no text and were passed over: a.tar:c, b, ...0" && err_has "1, ..." &&
    no_controls "$tmp/err"
ok "of many files that hold no text the first three are named, of a long name the end"
for output in --html --prom; do
    run 0 scan $sample --state "$tmp/alone.$output" $output "$tmp/alone.out" && err_has "note: with --state and without --db" &&
        err_lines 1 && run 0 scan $sample $output "$tmp/alone.out" && err_lines 0 &&
        run 0 scan $sample --state "$tmp/kept.$output" --db "$tmp/kept.db" $output "$tmp/alone.out" && err_lines 0
    ok "scan --state $output without --db: a note that it holds this scan alone"
done
"$whyoom" scan --db "$tmp/written/fleet.db" --prom "$tmp/written/p" --state "$tmp/written/s" $sample
"$whyoom" scan $sample >"$tmp/written/records"
"$whyoom" report "$tmp/written/fleet.db" --csv >"$tmp/written/table"
"$whyoom" map $sample >"$tmp/written/map"
run 1 scan "$tmp/written" && out_lines 0 && err_has "one.md: a report of whyoom, not a log" &&
    [ "$(grep -c "of whyoom, not a log: it was not searched" "$tmp/err")" = 13 ]
ok "what an earlier run wrote is passed over, and said"
iconv -f UTF-8 -t UTF-16 $sample >"$tmp/wide"
"$whyoom" map "$tmp/wide" >"$tmp/map" && run 0 merge "$tmp/map" && out_has '"class":"shmem"'
ok "a log in UTF-16 is mapped as a whole"
for at in 0 1000 1001; do
    tail -c +$((at + 1)) "$tmp/wide" | head -c 3000 >"$tmp/piece"
    run 2 map --stream wide --offset $at "$tmp/piece" && out_lines 0 && err_lines 1 && err_has "a piece of UTF-16 text"
    ok "a piece of it, cut at byte $at, is refused in a line"
done
run 1 scan README.md rules/*.rule parsers/log/read_*.c analyzer/*.c && out_lines 0
ok "manual, rules and source code are no reports"
head -n 60 samples/lab-6.1-memcg-v2-tmpfs-fault.log >"$tmp/cut.log"
run 0 "$tmp/cut.log" && out_has "which a kill need not free" && out_has "Find and empty or bound the tmpfs"
ok "a report that breaks off claims nothing of what a kill would do"
head -n 46 samples/lab-6.1-memcg-v2-limit-lowered.log >"$tmp/cut.log"
run 0 "$tmp/cut.log" && out_has "breaks off before it says who was killed" && ! out_has "nobody could"
ok "a report that breaks off does not say that nobody was killed"
head -n 62 samples/lab-6.1-memcg-v2-tcp.log >"$tmp/cut.log"
run 0 "$tmp/cut.log" && ! out_has "no counter" && out_has "the end of what filled the memory cgroup"
ok "figures that break off do not make memory without a name"
run 0 scan samples/lab-5.10-host-min-free.log && out_has "is free: vm.min_free_kbytes keeps it, eater"
ok "the first line says so where a watermark keeps the memory that is free"
run 0 scan samples/lab-6.1-memcg-v2-bystander.log && out_has "was killed: the kernel takes who" && ! out_has "not at who died"
ok "who was killed and is the largest is not advised to be overlooked"
run 0 scan samples/lab-6.1-host-in-container.log && out_has "Limits of all containers together" && ! out_has "all pods"
ok "without Kubernetes no advice is about pods"
run 0 scan samples/lab-5.10-memcg-v2-swap-in.log && out_has "swap limit 0, set after 16.6 MiB had been swapped out"
ok "swap in use beside a limit of nothing is explained"
run 0 --why samples/lab-6.1-memcg-v2-high-stall.log && out_has "[6.1]" && ! out_has "6,001"
ok "the trace prints the kernel's version as people do"
run 0 scan samples/lab-5.10-memcg-v1-anon.log && out_has '"fact":"evidence.is_limit_write","value":"no"' && ! out_has '"text":"dump_stack'
ok "that a trace lacks a frame is quoted from none of its lines"
run 0 samples/lab-6.1-memcg-v2-high-stall.log && out_has "limit memory.high"
ok "who waits for memory.high is not said to be refused by the limit"
sed 's/^\[[^]]*\]/[Mon Nov 23 01:02:03 2026]/' samples/lab-6.12-memcg-v2-no-killable.log >"$tmp/storm.log"
run 0 scan "$tmp/storm.log" "$tmp/storm.log" && out_lines 5
ok "a storm within one second that kills nobody: each report is an incident, and read twice the same"
sed '/^\[.*\] shmem [0-9]*$/q' samples/lab-newest-memcg-v2-tmpfs-write.log >"$tmp/whole.log"
head -c -6 "$tmp/whole.log" >"$tmp/cut.log"
run 0 scan "$tmp/whole.log" && out_has '"shmem_bytes":66883584' && run 0 scan "$tmp/cut.log" && ! out_has shmem_bytes
ok "a number in which the file ends is none"
run 0 scan $sample $sample && out_lines 1
ok "a file read twice is one incident"
cat $sample $sample >"$tmp/twice.log"
run 0 scan "$tmp/twice.log" && out_lines 1
ok "a report that is twice in one file is one incident"
sed 's/^/Mar 28 22:14:31 web1 kernel: /' $sample >"$tmp/kern.log"
run 0 scan "$tmp/kern.log" $sample && out_lines 1
ok "dmesg and kern.log of one kill are one incident"
mkdir -p "$tmp/sos/sos_commands/kernel" "$tmp/sos/var/log"
cp $sample "$tmp/sos/sos_commands/kernel/dmesg"
cp "$tmp/kern.log" "$tmp/sos/var/log/messages"
tar -C "$tmp" -cf "$tmp/sos.tar" sos
run 0 scan -j1 "$tmp/sos" && out_lines 1 && out_has '"host":"web1"' && cp "$tmp/out" "$tmp/one" &&
    run 0 scan -j4 "$tmp/sos" && cmp "$tmp/out" "$tmp/one"
ok "of dmesg and messages below a directory, messages is told, with many threads too"
run 0 scan "$tmp/sos.tar" && out_lines 1 && out_has '"host":"web1"'
ok "of dmesg and messages in an archive, messages is told"
run 0 scan "$tmp/sos/sos_commands/kernel/dmesg" "$tmp/kern.log" && out_lines 1 && out_has '"host":"web1"'
ok "of dmesg and kern.log that are named, kern.log is told"
cp $sample "$tmp/boot.txt"
run 0 scan --db "$tmp/copies.db" --format json "$tmp/boot.txt" "$tmp/kern.log" && out_lines 2 && run 0 report "$tmp/copies.db" --format json && out_lines 1 && out_has '"host":"web1"'
ok "a database takes the copy that names the host, whatever the files are called"
run 0 scan $other "$tmp/kern.log" $third && out_lines 3
ok "three reports are three incidents"
mkdir "$tmp/many"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    sed "s/^\[/[$i/" $sample >"$tmp/many/$i.log"
done
"$whyoom" scan "$tmp"/many/*.log "$tmp/absent" >"$tmp/one" 2>"$tmp/one.err"
"$whyoom" scan -j 4 "$tmp"/many/*.log "$tmp/absent" >"$tmp/out" 2>"$tmp/err"
cmp "$tmp/one" "$tmp/out" && cmp "$tmp/one.err" "$tmp/err" && [ "$(wc -l <"$tmp/out")" -eq 12 ]
ok "scan -j 4 writes what scan writes, in the same order"
"$whyoom" scan "$tmp/many" >"$tmp/one" 2>/dev/null
"$whyoom" scan -j 3 "$tmp/many" >"$tmp/out" 2>"$tmp/err"
cmp "$tmp/one" "$tmp/out" && [ "$(wc -l <"$tmp/out")" -eq 12 ]
ok "scan -j 3 of a directory writes what scan writes"
printf 'KDUMP   \006\000\000\000Linux\000' >"$tmp/dump"
head -c 8192 /dev/zero >>"$tmp/dump"
one_line() { # a sanitizer speaks, too, when the dump library breaks in its process
    case $BUILD in *sanitized*) ;; *) err_lines 1 && err_has "copy it again" ;; esac
}
run 2 "$tmp/dump" $sample && err_has "$tmp/dump: a memory dump" && one_line &&
    out_has "java (pid 7093) was killed"
ok "a damaged memory dump: one line that says what helps, the rest goes on"
hostile="$tmp/$(printf 'a\nb\033[31m c\302\233')"
cp $sample "$hostile"
run 0 "$hostile" && no_controls "$tmp/out" && run 0 scan "$hostile" && no_controls "$tmp/out" && out_lines 1
ok "a file name with controls is escaped in the answer"
run 2 "$hostile.absent" && no_controls "$tmp/err" && err_lines 1
ok "a file name with controls is escaped in an error"
(cd "$tmp" && cp scam -- --all && "$whyoom" -- --all >out 2>err)
ok "a file called as an option is read behind --"
mkdir -p "$tmp/empty"
run 1 "$tmp/empty" || run 2 "$tmp/empty"
ok "an empty directory does no harm"
: >"$tmp/nothing"
run 1 "$tmp/nothing"
ok "an empty file holds no incident: status 1"

printf '%s\n' '[   12.000000] Out of memory: Kill process 12 (nginx) score 900 or sacrifice child' >"$tmp/choice"
run 0 "$tmp/choice" && out_has "was to be killed, or a child of it" && ! out_has "nginx was killed"
ok "who was only chosen, up to 5.0, is not called killed"

# 6.1 prints no zone above the request. By hand: 519112 - 513592 - 13824 - 0 kB; 731377 * 4 - 519112 kB.
sed -e '/ HighMem free/,+1d' -e '/ HighMem: /d' -e '/ DMA free/s/free:11204kB/free:519112kB/;/ DMA free/s/free_cma:0/free_cma:513592/' \
    samples/handmade-6.1-arm-lowmem.log >"$tmp/pi.log"
run 0 "$tmp/pi.log" && out_has "reserve 0 B - high 13.5 MiB = 8.1 MiB short" && out_has "501.6 MiB of the" &&
    out_has "2.3 GiB is free in HighMem"
ok "a 32-bit machine's HighMem counts where its zone is not printed, and what is free is CMA"

fleet() { # HOSTS: as many reports begin at once
    seq -f 'Nov 23 01:02:03 h%.0f kernel: a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0' "$1" >"$tmp/fleet.log"
}
fleet 2000
run 0 scan --summary "$tmp/fleet.log" && ! err_has "open at once"
ok "2000 reports that are open at once are held"
fleet 2200
run 0 scan --summary "$tmp/fleet.log" && err_has "more reports were open at once than are held"
ok "where more fall to pieces, that is told"
