# whyoom rules, and rules of one's own.
run 0 rules list && [ -s "$tmp/out" ]
ok "rules list names rules"
name=$(head -n 1 "$tmp/out" | cut -d ' ' -f 1)
run 0 rules show "$name" && out_has "rule $name"
ok "rules show prints a rule as written"
run 2 rules show "${name}x" && err_has "$name" && err_lines 1
ok "rules show of a mistyped name says what was meant"
run 0 rules facts && out_has "memcg.memory.usage"
ok "rules facts lists facts"
run 0 rules check rules
ok "rules check passes the project's own rules"
printf 'rule broken\n  title x\n  when scpe is memcg\n' >"$tmp/broken.rule"
run 2 rules check "$tmp/broken.rule" && err_has "broken.rule:3:"
ok "rules check names file, line and column"
run 2 rules && run 2 rules show && run 2 rules list x && run 2 rules chekc && err_has "rules check"
ok "rules with wrong words: status 2"
(cd "$tmp" && "$whyoom" rules test >"$tmp/out" 2>"$tmp/err")
[ $? -eq 2 ] && out_lines 0 && err_lines 1 && err_has "project's root"
ok "rules test away from the samples: one line says where to run it"
run 2 --rules "$tmp/absent" $sample && [ -s "$tmp/err" ]
ok "--rules with no directory: status 2"
mkdir "$tmp/rules"
cp "$tmp/broken.rule" "$tmp/rules"
run 2 --rules "$tmp/rules" $sample && err_has "broken.rule:3:"
ok "--rules with a bad rule: status 2, file, line and column"
