"""Wraps a report as people and collectors do, and compares what whyoom says of it with what it says of the plain one,
which tests/golden holds to the lab's truth. Usage: dresses.py WHYOOM"""

import base64
import csv
import io
import json
import os
import quopri
import re
import subprocess
import sys
import tempfile

WHYOOM = sys.argv[1]
SAMPLES = ("samples/lab-6.1-memcg-v2-anon.log", "samples/lab-6.12-host-anon.log")
STAMP = re.compile(r"^\[ *(\d+\.\d+)\] ?")
ISO = "2026-01-02T15:04:05.%06dZ"
# What the dress may say more or otherwise than the plain log: where and when, not what.
ABOUT_THE_DRESS = {"id", "host", "boot", "time", "source", "repeat", "findings"}


class Line:
    """One line of the plain log: whole, without its stamp, the stamp's seconds."""

    def __init__(self, number, whole):
        self.number, self.whole = number, whole
        self.text = STAMP.sub("", whole)
        stamp = STAMP.match(whole)
        self.seconds = float(stamp.group(1)) if stamp else 0.0


def each(form):
    return lambda lines: "\n".join(form(line) for line in lines) + "\n"


def plain(lines, end):
    return "".join(line.whole + end for line in lines)


def cut(lines, width, prefix=""):
    """Into pieces, as a terminal shows them."""
    whole = [prefix + line.whole for line in lines]
    return "".join(line[at:at + width] + "\n" for line in whole for at in range(0, len(line), width))


def objects(form):
    return each(lambda line: json.dumps(form(line)))


def comma_separated(lines, text=lambda line: line.whole):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["timestamp", "host", "message"])
    for line in lines:
        writer.writerow([ISO % line.number, "web1", text(line)])
    return out.getvalue()


def dmesg_json(lines):
    """util-linux 2.38 and later."""
    return '{\n   "dmesg": [\n      {\n' + "\n      },{\n".join(
        f'         "pri": 6,\n         "time": {line.seconds:12.6f},\n         "msg": {json.dumps(line.text)}'
        for line in lines) + "\n      }\n   ]\n}\n"


DRESSES = {
    "grep -n": each(lambda line: f"{line.number}:{line.whole}"),
    "grep -H": each(lambda line: f"/var/log/kern.log:{line.whole}"),
    "grep -Hn -C": each(lambda line: "kern.log{0}{1}{0}{2}".format("-:"["oom" in line.whole], line.number, line.whole)),
    "grep -H of syslog": each(lambda line: f"messages:Jan  2 15:04:05 web1 kernel: {line.whole}"),
    "grep -n of syslog": each(lambda line: f"{line.number}:Jan  2 15:04:05 web1 kernel: {line.whole}"),
    "cat -n": each(lambda line: f"{line.number:6}\t{line.whole}"),
    "less -N": each(lambda line: f"{line.number:7} {line.whole}"),
    "docker compose logs": each(lambda line: f"node-exporter-1  | {line.whole}"),
    "stern": each(lambda line: f"kube-system node-agent-x7k2p agent {line.whole}"),
    "pdsh": each(lambda line: f"web1: {line.whole}"),
    "python's logging": each(lambda line: f"INFO:kmsg:{line.whole}"),
    "python's logging, with a date": each(lambda line: f"2026-01-02 15:04:05,123 - kmsg - INFO - {line.whole}"),
    "python's logging, the level first": each(lambda line: f"2026-01-02 15:04:05,123 INFO kmsg: {line.whole}"),
    "aws logs tail of syslog": each(
        lambda line: f"2026-01-02T15:04:05+00:00 i-0abc Jan  2 15:04:05 web1 kernel: {line.whole}"),
    "logcli of syslog": each(lambda line: '2026-01-02T15:04:05Z {filename="/var/log/syslog", job="varlogs"} '
                                          f"Jan  2 15:04:05 web1 kernel: {line.whole}"),
    "syslog, the host blanked out in brackets": each(lambda line: f"Jan  2 15:04:05 [redacted] kernel: {line.whole}"),
    "syslog, the host blanked out": each(lambda line: f"Jan  2 15:04:05 <hostname> kernel: {line.whole}"),
    "a router's log": each(lambda line: f"[W] Jan  2 15:04:05 kernel: {line.whole}"),
    "aws logs tail": each(lambda line: f"2026-01-02T15:04:05.{line.number:06}+00:00 i-0abc {line.whole}"),
    "logcli": each(lambda line: ISO % line.number + ' {host="web1", job="kern"} ' + line.whole),
    "klog": each(lambda line: f"I0102 15:04:05.{line.number:06}       1 kmsg.go:42] {line.whole}"),
    "CSV": comma_separated,
    "CSV of messages without stamps": lambda lines: comma_separated(lines, lambda line: line.text),
    "logfmt": each(lambda line: f'ts={ISO % line.number} level=info caller=kmsg.go:12 msg="{line.whole}"'),
    "columns": each(lambda line: f"2026-01-02 15:04:05\tweb1\tkern\tinfo\t{line.whole}"),
    "a table in Markdown": lambda lines: "| # | message |\n|---|---|\n" + "".join(
        f"| {line.number} | {line.whole} |\n" for line in lines),
    "code in a table in Markdown": each(lambda line: f"| 15:04:05 | `{line.whole}` |"),
    "HTML, paragraphs": each(lambda line: f"<p>{line.whole}</p>"),
    "CloudWatch, as text": each(lambda line: f"EVENTS\t{1767366245000 + line.number}\t{line.whole}\t1767366245999"),
    "fluentd's file": each(lambda line: f"2026-01-02T15:04:05+00:00\tkern.web1\t"
                                        f"{json.dumps({'message': line.whole, 'ident': 'kernel'})}"),
    "JSON array": lambda lines: "[" + ",\n".join(json.dumps({"message": line.whole}) for line in lines) + "]\n",
    "pretty array of lines": lambda lines: json.dumps({"stdout_lines": [line.whole for line in lines]}, indent=2) + "\n",
    "dmesg --json": dmesg_json,
    "Google Cloud": objects(lambda line: {"insertId": "a", "textPayload": line.whole, "timestamp": ISO % line.number}),
    "Google Cloud, a payload of fields": objects(lambda line: {"jsonPayload": {"message": line.whole},
                                                               "timestamp": ISO % line.number}),
    "Google Cloud, a record of the journal": objects(
        lambda line: {"jsonPayload": {"MESSAGE": line.text, "_TRANSPORT": "kernel"}, "timestamp": ISO % line.number}),
    "Google Cloud, indented": lambda lines: json.dumps(
        [{"insertId": "a", "textPayload": line.text, "timestamp": ISO % line.number} for line in lines], indent=2) + "\n",
    "Elasticsearch, indented": lambda lines: json.dumps({"hits": {"total": {"value": 1}, "hits": [
        {"_source": {"@timestamp": ISO % line.number, "host": {"name": "web1"}, "message": line.text}}
        for line in lines]}}, indent=2) + "\n",
    "Loki, indented": lambda lines: json.dumps({"data": {"result": [{"stream": {"host": "web1"}, "values": [
        [f"1767366245{line.number:09}", line.text] for line in lines]}]}}, indent=2) + "\n",
    "EC2's console output": lambda lines: json.dumps(
        {"InstanceId": "i-0abc", "Output": "".join(line.whole + "\r\n" for line in lines)}, indent=4) + "\n",
    "CloudWatch": objects(lambda line: {"timestamp": 1767366245000 + line.number, "message": line.whole}),
    "Loki": objects(lambda line: {"line": line.whole, "timestamp": ISO % line.number, "labels": {"host": "web1"}}),
    "Datadog": objects(lambda line: {"host": "web1", "message": line.whole, "date": ISO % line.number}),
    "Fluent Bit": objects(lambda line: {"date": 1767366245.5 + line.number / 1000, "log": line.whole}),
    "Vector": objects(lambda line: {"_TRANSPORT": "kernel", "message": line.text, "timestamp": ISO % line.number}),
    "GELF": objects(lambda line: {"version": "1.1", "host": "web1", "short_message": line.whole,
                                  "timestamp": 1767366245.5}),
    "Elasticsearch": objects(lambda line: {"_source": {"@timestamp": ISO % line.number, "message": line.whole,
                                                       "host": {"name": "web1"}}}),
    "OpenTelemetry": objects(lambda line: {"timeUnixNano": "1767366245000000000", "body": {"stringValue": line.whole}}),
    "EC2's console output, base64": lambda lines: json.dumps(
        {"InstanceId": "i-0abc", "Output": base64.b64encode(plain(lines, "\r\n").encode()).decode()}, indent=4) + "\n",
    "EC2's console output, base64 in one line": lambda lines: json.dumps(
        {"InstanceId": "i-0abc", "Output": base64.b64encode(plain(lines, "\r\n").encode()).decode()}),
    "EC2's console output in one line": lambda lines: json.dumps({"InstanceId": "i-0abc", "Output": plain(lines, "\r\n")}),
    "CloudWatch, one line": lambda lines: json.dumps(
        {"events": [{"timestamp": 1767366245000 + line.number, "message": line.whole} for line in lines], "nextToken": "f"}),
    "Elasticsearch, one line": lambda lines: json.dumps({"hits": {"total": {"value": 1}, "hits": [
        {"_source": {"@timestamp": ISO % line.number, "message": line.whole}} for line in lines]}}),
    "Loki, one line": lambda lines: json.dumps({"status": "success", "data": {"resultType": "streams", "result": [
        {"stream": {"host": "web1"}, "values": [[f"1767366245{line.number:09}", line.whole] for line in lines]}]}}),
    "Loki, one line, the newest first": lambda lines: json.dumps({"data": {"result": [{"stream": {"host": "web1"}, "values": [
        [f"1767366245{line.number:09}", line.whole] for line in reversed(lines)]}]}}),
    "Datadog, one line, the newest first": lambda lines: json.dumps({"data": [
        {"attributes": {"timestamp": ISO % line.number, "message": line.whole}} for line in reversed(lines)]}),
    "CloudWatch Insights, one line, the newest first": lambda lines: json.dumps({"results": [
        [{"field": "@timestamp", "value": "2026-01-02 15:04:05.000"}, {"field": "@message", "value": line.whole},
         {"field": "@ptr", "value": "x"}] for line in reversed(lines)]}),
    "CloudWatch Insights, indented": lambda lines: json.dumps({"results": [
        [{"field": "@timestamp", "value": "2026-01-02 15:04:05.000"}, {"field": "@message", "value": line.whole}]
        for line in lines]}, indent=4),
    "Log Analytics, one line": lambda lines: json.dumps({"tables": [
        {"name": "PrimaryResult", "columns": [{"name": "TimeGenerated"}, {"name": "SyslogMessage"}, {"name": "Computer"}],
         "rows": [[ISO % line.number, line.whole, "aks-1"] for line in lines]}]}),
    "the journal, one line": lambda lines: json.dumps([
        {"_TRANSPORT": "kernel", "_SOURCE_MONOTONIC_TIMESTAMP": str(round(line.seconds * 1e6)), "MESSAGE": line.text}
        for line in lines]),
    "ansible, one line": lambda lines: json.dumps({"changed": True, "stdout_lines": [line.whole for line in lines]}),
    "one message of many lines": lambda lines: json.dumps({"@timestamp": ISO % 1, "message": plain(lines, "\n")}),
    "a JSON string": lambda lines: json.dumps(plain(lines, "\n")),
    "a string with its escapes": lambda lines: "console: '" + plain(lines, "\\n") + "'\n",
    "JSON in a string of JSON": lambda lines: json.dumps({"log": json.dumps({"message": plain(lines, "\n")})}) + "\n",
    "HTML, breaks in one line": lambda lines: "<html><body>" + plain(lines, "<br>") + "</body></html>",
    "HTML, a break at each end": lambda lines: plain(lines, "<br />\n"),
    "the journal's byte arrays behind 200 kB of other messages": lambda lines: "".join(
        json.dumps({"MESSAGE": text if isinstance(text, str) else list(text), "_TRANSPORT": "kernel",
                    "_SOURCE_MONOTONIC_TIMESTAMP": str(time)}) + "\n"
        for text, time in [("usb 1-1: new device", 1)] * 2000 +
        [(line.text.encode(), round(line.seconds * 1e6)) for line in lines]),
    "Windows line ends": lambda lines: "\r\n".join(line.whole for line in lines) + "\r\n",
    "a serial console's line ends": lambda lines: "\r\r\n".join(line.whole for line in lines) + "\r\r\n",
    "cut at 70 columns": lambda lines: cut(lines, 70),
    "cut at 80 columns": lambda lines: cut(lines, 80),
    "syslog, cut at 120 columns": lambda lines: cut(lines, 120, "Jan  2 15:04:05 web1 kernel: "),
    "UTF-16": lambda lines: ("\r\n".join(line.whole for line in lines) + "\r\n").encode("utf-16"),
    "mail, quoted twice": each(lambda line: f"> > {line.whole}"),
    "a code fence": lambda lines: "It died:\n\n```\n" + "\n".join(line.whole for line in lines) + "\n```\nWhy?\n",
    "an indented block": lambda lines: "It died:\n\n" + "".join(f"    {line.whole}\n" for line in lines),
    "HTML, blanks that do not break": each(lambda line: line.whole.replace("  ", " &nbsp;") + "<br/>"),
    "mail, base64": lambda lines: "Content-Transfer-Encoding: base64\n\n" +
        base64.encodebytes(plain(lines, "\n").encode()).decode(),
    "mail, quoted-printable": lambda lines: "Content-Transfer-Encoding: quoted-printable\n\n" +
        quopri.encodestring(plain(lines, "\n").encode()).decode(),
    "HTML": lambda lines: "<pre>\n" + "".join(
        line.whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "\n" for line in lines) + "</pre>\n",
}


def records(path):
    out = subprocess.run([WHYOOM, "scan", "--no-progress", path], capture_output=True, text=True, check=False).stdout
    found = [json.loads(line) for line in out.splitlines()]
    for record in found:
        record["quotes"] = [quote["text"] for quote in record.get("quotes", [])]  # and not their line numbers
    return [{key: value for key, value in record.items() if key not in ABOUT_THE_DRESS} for record in found]


def main():
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for sample in SAMPLES:
            with open(sample, encoding="utf-8", errors="surrogateescape") as file:
                lines = [Line(number, text) for number, text in enumerate(file.read().splitlines(), 1)]
            plain = records(sample)
            for name, dress in DRESSES.items():
                path = os.path.join(folder, "dressed")
                dressed = dress(lines)
                with open(path, "wb") as file:
                    file.write(dressed if isinstance(dressed, bytes) else dressed.encode(errors="surrogateescape"))
                found = records(path)
                count += 1
                is_same = plain and found == plain
                print(f"{'ok' if is_same else 'not ok'} {count} - {os.path.basename(sample)}, {name}")
                if not is_same:
                    for one, other in zip(plain, found):
                        for key in one:
                            if one[key] != other.get(key):
                                print(f"# {key}: {str(one[key])[:300]}\n#   not {str(other.get(key))[:300]}")
                    print(f"# {len(found)} incidents, not {len(plain)}")


main()
