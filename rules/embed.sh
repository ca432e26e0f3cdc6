#!/bin/sh
# Write the rule files given as a C source: sh rules/embed.sh rules/*.rule > build/builtin_rules.c
# Bytes rather than string literals: C17 promises only 4095 characters of those.
set -eu

echo '#include "rules/builtin.h"'
number=0
for file in "$@"; do
    echo "static const char text_${number}[] = {"
    od -An -v -td1 "$file" | sed 's|-*[0-9][0-9]*|&,|g'
    echo "0};"
    number=$((number + 1))
done
echo "const struct builtin_rule_file builtin_rule_files[] = {"
number=0
for file in "$@"; do
    echo "{\"$file\", text_${number}, sizeof text_${number} - 1},"
    number=$((number + 1))
done
echo "{NULL, NULL, 0}};"
