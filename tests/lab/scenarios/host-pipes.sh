# question: full pipes fill the machine: memory that no line of the report names
# class: kernel-memory
# scope: global
# limit: zone
# charge_path: pipe
# dominant: unaccounted
# victim: eater
# trace: pipe_write
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
start eater - pipes 400M
await
killed eater
