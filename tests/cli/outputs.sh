# Outputs that cannot be written, or must not be.
if [ -c /dev/full ] && [ -w /dev/full ]; then
    "$whyoom" $sample >/dev/full 2>"$tmp/err"
    [ $? -eq 2 ] && err_has "standard output" && err_lines 1
    ok "a full disk: status 2 and one line"
    "$whyoom" --help >/dev/full 2>"$tmp/err"
    [ $? -eq 2 ] && err_has "standard output" && err_lines 1
    ok "a full disk for the help: status 2"
else
    skip "a full disk: status 2 and one line" "no /dev/full"
    skip "a full disk for the help: status 2" "no /dev/full"
fi
"$whyoom" scan $sample $other $third 2>"$tmp/err" | head -c 1 >/dev/null
err_lines 0
ok "a reader that leaves early is no error"
(
    "$whyoom" rules facts 2>"$tmp/err"
    echo $? >"$tmp/status"
) | head -c 1 >/dev/null
err_lines 0 && grep -qx 0 "$tmp/status"
ok "a reader that leaves a list early is no error"

for option in --html --prom; do
    cp $sample "$tmp/own.log"
    run 2 scan $option "$tmp/own.log" "$tmp/own.log" && err_lines 1 && err_has "would be written over" &&
        cmp -s $sample "$tmp/own.log"
    ok "$option over its own input is refused, the input stays"
    mkdir "$tmp/own"
    mv "$tmp/own.log" "$tmp/own/log"
    run 2 scan $option "$tmp/own/log" "$tmp/own" && err_lines 1 && err_has "would be written over" &&
        cmp -s $sample "$tmp/own/log" && run 0 scan $option "$tmp/own/new" "$tmp/own" && run 0 scan $option "$tmp/own/new" "$tmp/own"
    ok "$option over what is found in a directory, too; over what it wrote there itself it is not"
    rm -r "$tmp/own"
done
for option in --db --html --prom --state; do
    run 2 scan $option "" $sample && err_lines 1 && err_has "name of a file" && run 2 scan $option - $sample && err_lines 1
    ok "$option wants a name"
done
root=$PWD
(cd "$tmp" && "$whyoom" scan --db :memory: "$root/$sample" && [ -s ./:memory: ] && rm ./:memory:) >"$tmp/out" 2>"$tmp/err"
ok "a database of SQLite's own words is a file, too"
mkfifo "$tmp/fifo"
timeout 20 cat "$tmp/fifo" >"$tmp/through" &
run 0 scan --prom "$tmp/fifo" $sample && wait $! && [ -p "$tmp/fifo" ] && grep -q whyoom_incidents "$tmp/through"
ok "what is no file is written to, and stays what it is"
