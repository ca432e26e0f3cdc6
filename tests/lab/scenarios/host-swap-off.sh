# question: swapoff must bring everything back into a memory that has no room
# class: host-zone
# scope: global
# limit: zone
# charge_path: swap-in
# dominant: anon
# victim: swapoff
# trace: swapoff
# swap: 96M
# timeout: 150
# evidence: Out of memory: Killed process [0-9]+ \(swapoff\)
swap_disk
start eater - anon 230M
await 60
swapoff "/dev/$(option lab.swap)" &
watch $! swapoff # which offers itself to be killed before anybody else
await
killed swapoff
lives eater
