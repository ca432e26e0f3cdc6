# Every record fits docs/incident.schema.json.
"$whyoom" scan samples/*.log >"$tmp/out" 2>"$tmp/err"
if ! command -v python3 >/dev/null || ! python3 -c 'import jsonschema' 2>/dev/null; then
    skip "every record of every sample fits docs/incident.schema.json" "no python3-jsonschema"
else
    python3 - "$tmp/out" 2>>"$tmp/err" <<'PYTHON'
import json, sys
import jsonschema
schema = json.load(open("docs/incident.schema.json"))
validator = jsonschema.validators.validator_for(schema)(schema)
records = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for record in records:
    for error in validator.iter_errors(record):
        print(record["source"]["path"], list(error.absolute_path), error.message[:200], file=sys.stderr)
        sys.exit(1)
sys.exit(not records)
PYTHON
    ok "every record of every sample fits docs/incident.schema.json"
fi
