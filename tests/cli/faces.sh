# How an answer looks: colour, width, formats, the pager, the progress; and this machine examined.
esc=$(printf '\033')
run 0 $sample && ! out_has "$esc"
ok "no colour off a terminal"
run 0 --color always $sample && out_has "$esc"
ok "--color always colours"
NO_COLOR=1 run 0 --color auto $sample && ! out_has "$esc"
ok "NO_COLOR is honoured"
run 0 --color always $sample && sed "s/$esc\[[0-9;]*m//g" "$tmp/out" >"$tmp/bare" && run 0 $sample && cmp "$tmp/bare" "$tmp/out"
ok "colour is only an extra: without it the text is the same"
run 0 $sample && [ "$(wc -L <"$tmp/out")" -le 80 ]
ok "80 columns off a terminal"
lines=$(wc -l <"$tmp/out")
run 0 --why $sample && [ "$(wc -l <"$tmp/out")" -gt "$lines" ]
ok "--why prints the rule trace too"
run 0 --format md $sample && grep -q '^#' "$tmp/out"
ok "--format md has a heading"
run 0 --format json $sample && cp "$tmp/out" "$tmp/one" && run 0 scan $sample && cmp "$tmp/one" "$tmp/out"
ok "--format json is the record of scan"
run 0 --anonymize "$tmp/kern.log" && ! out_has web1 && cp "$tmp/out" "$tmp/one" && run 0 --anonymize "$tmp/kern.log" &&
    cmp "$tmp/one" "$tmp/out"
ok "--anonymize hides the host, twice in the same way"
if command -v script >/dev/null; then
    script -qec "stty cols 70 rows 24; TERM=xterm PAGER='sed s/^/PAGED:/' $whyoom --why $sample" /dev/null >"$tmp/out" </dev/null
    out_has "PAGED:"
    ok "text longer than the terminal goes to the pager"
    script -qec "stty cols 70 rows 24; TERM=xterm PAGER='sed s/^/PAGED:/' $whyoom --no-pager --why $sample" /dev/null \
        >"$tmp/out" </dev/null
    ! out_has "PAGED:" && out_has "$esc"
    ok "--no-pager writes straight to the terminal, in colour"
else
    skip "text longer than the terminal goes to the pager" "no script(1)"
    skip "--no-pager writes straight to the terminal, in colour" "no script(1)"
fi

if command -v script >/dev/null; then
    script -qec "(cat $sample; sleep 1.2; cat $other) | $whyoom scan - >'$tmp/one'" /dev/null >"$tmp/out" </dev/null
    out_has "read," && [ "$(wc -l <"$tmp/one")" -eq 2 ]
    ok "a long reading shows its progress on a terminal"
    script -qec "(cat $sample; sleep 1.2; cat $other) | $whyoom scan --no-progress - >'$tmp/one'" /dev/null >"$tmp/out" </dev/null
    ! out_has "read," && [ "$(wc -l <"$tmp/one")" -eq 2 ]
    ok "--no-progress shows none"
else
    skip "a long reading shows its progress on a terminal" "no script(1)"
    skip "--no-progress shows none" "no script(1)"
fi
timeout 60 "$whyoom" --no-progress >"$tmp/out" 2>"$tmp/err" </dev/null
[ $? -le 2 ]
ok "without a path this machine is examined"
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
if [ "$(id -u)" -eq 0 ] && $nobody "$whyoom" --version >/dev/null 2>&1; then
    $nobody timeout 60 "$whyoom" --no-progress >"$tmp/out" 2>"$tmp/err" </dev/null
    got=$?
fi
if [ "${got-}" ] && err_has "can be read; try it as root"; then
    [ $got -eq 2 ] && out_lines 0
    ok "nothing of this machine may be read: status 2, and what root would give"
else
    skip "nothing of this machine may be read: status 2, and what root would give" "needs root, and no readable log"
fi
