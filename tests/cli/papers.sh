# The manual page, the completion and README.md say what the program does.
run 0 --help && sed -n 's/^ *\(-[a-zA-Z], \)\{0,1\}--\([a-z-]*\).*/\2/p' "$tmp/out" | sort >"$tmp/options"
[ -s "$tmp/options" ] &&
    sed -n 's/^\.It .*Fl -\([a-z-]*\).*/\1/p' analyzer/whyoom.1 | sort | diff "$tmp/options" - >"$tmp/out"
ok "the manual page describes the options of --help, no more and no fewer"
sed -n "/local options=/,/'\$/p" analyzer/whyoom.bash | grep -o -e '--[a-z-]*' | sed 's/^--//' | sort |
    diff "$tmp/options" - >"$tmp/out"
ok "the completion offers the options of --help, no more and no fewer"
"$whyoom" --fail-on nonsense 2>&1 | sed 's/.*the classes are //; s/, /\n/g' | sort >"$tmp/classes"
sed -n "s/.*local classes='\(.*\)'/\1/p" analyzer/whyoom.bash | tr ' ' '\n' | sort | diff "$tmp/classes" - >"$tmp/out"
ok "the completion offers the program's classes"
sed -n '/^\.It Fl -fail-on/,/^\.It/p' analyzer/whyoom.1 | sed -n 's/^\.Cm //p' | tr -d ',.' | tr -s ' ' '\n' | grep . |
    sort | diff "$tmp/classes" - >"$tmp/out"
ok "the manual page names the program's classes"
sed -n 's/.*X(\(LIMIT\|SCOPE\|CONFIDENCE\)_[A-Z]*, "\(.*\)").*/\2/p' analyzer/terms.h | grep -vx unknown | sort -u >"$tmp/terms"
sed -n '/^\.Ss Words/,/^\.Ss Options/s/^\.\(Pq \)\{0,1\}Cm \([a-z]*\).*/\2/p' analyzer/whyoom.1 | sort -u |
    diff "$tmp/terms" - >"$tmp/out" && [ -s "$tmp/terms" ]
ok "the manual page explains every limit, scope and confidence of a report"
sed -n '/^\.Ss Limits/,/^\.Sh/p' analyzer/whyoom.1 | tr -d , | tr -s ' ' '\n' >"$tmp/numbers"
: >"$tmp/out"
while read -r limit file unit; do
    value=$(sed -n "s/.*\b$limit = \([0-9 *]*\).*/\1/p" "$file")
    grep -qx "$(($value / unit))" "$tmp/numbers" || echo "$limit $value" >>"$tmp/out"
done <<END
DUPLICATES_MAX analyzer/duplicates.h 1
REPEATS_MAX analyzer/repeats.h 1
LIMIT_OPEN_REPORTS analyzer/limits.h 1
LIMIT_HELD_REPORTS analyzer/limits.h 1
LIMIT_HELD_BYTES analyzer/limits.h 1048576
LIMIT_HOSTS analyzer/limits.h 1
LIMIT_SILENCE_S analyzer/limits.h 1
LIMIT_FOREIGN_LINES analyzer/limits.h 1
LIMIT_REPORT_LINES analyzer/limits.h 1
NEAR_S parsers/log/report_witness.c 1
LIMIT_LINE analyzer/limits.h 1024
LIMIT_NESTING analyzer/limits.h 1
LIMIT_ARCHIVE_MEMBERS analyzer/limits.h 1
END
[ ! -s "$tmp/out" ]
ok "the manual page tells the program's limits"
run 0 --version && out_has "whyoom 0."
ok "--version names the version"

# Every example of the manual page: the .\" lines before it say what it must print and how it must end.
mkdir "$tmp/bin" "$tmp/house" # where what the examples write stays
ln -s "$PWD/samples" "$PWD/rules" "$tmp/house"
ln -s "$whyoom" "$tmp/bin/whyoom"
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' analyzer/whyoom.1 >"$tmp/examples"
status=0 expect='' examples=0
while IFS= read -r line; do
    case $line in
    '.\" status: '*) status=${line#*: } ;;
    '.\" expect: '*) expect=${line#*: } ;;
    '.D1 '*)
        (cd "$tmp/house" && PATH=$tmp/bin:$PATH sh -c "${line#.D1 }") >"$tmp/out" 2>"$tmp/err" </dev/null
        got=$?
        [ "$got" -eq "$status" ] && { out_has "$expect" || err_has "$expect"; }
        ok "the manual's example works: ${line#.D1 }"
        status=0 expect='' examples=$((examples + 1))
        ;;
    esac
done <"$tmp/examples"
[ $examples -ge 5 ]
ok "the manual page has examples"
sh tools/readme --check "$whyoom" >"$tmp/out" 2>"$tmp/err"
ok "README.md shows what make demo prints (make readme refreshes it)"
