# Limits as containers feel them, on cgroup v2 and on v1, statistics, devices.
begin() { engine; }
end() { remove_all; }

# of NAME FILE: a file of the container's cgroup, on v1 in whichever hierarchy has it.
of() { cat "$(find /sys/fs/cgroup -path "*$(field "$1" '{{.Id}}')*/$2" | head -n 1)"; }

# microseconds NAME: processor time used.
microseconds() {
  if v1; then
    echo $(($(of "$1" cpuacct.usage) / 1000))
  else
    of "$1" cpu.stat | sed -n 's/usage_usec //p'
  fi
}

busy='while :; do :; done'

test_limits_reach_the_kernel() {
  docker run -d --name limited -m 64m --memory-swap 96m --memory-reservation 32m --cpus 0.5 --cpu-shares 512 \
    --pids-limit 50 --cpuset-cpus 0 busybox sleep 1000
  if v1; then
    is "$(of limited memory.limit_in_bytes)" 67108864
    is "$(of limited memory.memsw.limit_in_bytes)" 100663296
    is "$(of limited memory.soft_limit_in_bytes)" 33554432
    is "$(of limited cpu.cfs_quota_us) $(of limited cpu.cfs_period_us)" "50000 100000"
    is "$(of limited cpu.shares)" 512
  else
    is "$(of limited memory.max)" 67108864
    is "$(of limited memory.swap.max)" 33554432
    is "$(of limited memory.low)" 33554432
    is "$(of limited cpu.max)" "50000 100000"
    is "$(of limited cpu.weight)" 59
  fi
  is "$(of limited pids.max)" 50
  is "$(of limited cpuset.cpus)" 0
}

test_update_changes_them_and_refuses_to_kill() {
  docker update -m 48m --memory-swap 48m --cpus 0.2 --pids-limit 60 limited
  local memory=memory.max
  if v1; then
    memory=memory.limit_in_bytes
    is "$(of limited memory.memsw.limit_in_bytes)" 50331648
    is "$(of limited cpu.cfs_quota_us)" 20000
  else
    is "$(of limited memory.swap.max)" 0
    is "$(of limited cpu.max)" "20000 100000"
  fi
  is "$(of limited $memory)" 50331648
  is "$(of limited pids.max)" 60
  docker exec limited sh -c 'dd if=/dev/zero of=/dev/shm/f bs=1M count=20'
  ! docker update -m 8m --memory-swap 8m limited || return 1
  is "$(of limited $memory)" 50331648
  in_state limited running
}

test_a_container_sees_its_own_cgroup_as_the_root() {
  ! v1 || skip "cgroup v1, where a container has the host's cgroup namespace, as with Docker"
  is "$(docker run --rm busybox cat /proc/self/cgroup)" 0::/
  docker run --rm busybox sh -c 'test -e /sys/fs/cgroup/memory.max && ! mkdir /sys/fs/cgroup/x'
  docker run --rm --privileged busybox sh -c 'mkdir /sys/fs/cgroup/x'
  docker run --rm --cgroupns host busybox sh -c 'test -d /sys/fs/cgroup/system.slice'
  is "$(grep -c nsdelegate /proc/mounts)" 1
}

test_exec_joins_a_container_that_made_cgroups_of_its_own() {
  ! v1 || skip "cgroup v1, where processes live in inner cgroups too"
  docker run -d --name nested --privileged busybox sh -c \
    'mkdir /sys/fs/cgroup/leaf && echo 1 >/sys/fs/cgroup/leaf/cgroup.procs &&
     echo +memory >/sys/fs/cgroup/cgroup.subtree_control && touch /ready; sleep 1000'
  eventually 30 docker exec nested test -e /ready
  is "$(docker exec nested sh -c 'cat /proc/self/cgroup')" 0::/leaf
}

test_memory_kill_is_told() {
  local code=0
  docker run --name oom -m 16m busybox tail /dev/zero || code=$?
  is "$code" 137
  is "$(field oom '{{.State.OOMKilled}}')" true
}

# The shell that cannot fork any more ends; what it has forked stays, and the first process with it.
bomb='sh -c "while :; do sleep 1000 & done"; exec sleep 1000'

at_its_limit() { of "$1" pids.events | grep -q '^max [1-9]'; }

test_a_fork_bomb_ends_at_the_limit() {
  docker run -d --name bomb --pids-limit 20 busybox sh -c "$bomb"
  eventually 60 at_its_limit bomb
  [ "$(of bomb pids.current)" -le 20 ]
  docker run --rm busybox true
  docker rm -f bomb
}

# Never more, and in one of some windows not much less: while the host's processors are busy, an emulated guest's timers
# are late, and it gets less then.
test_a_quota_of_cpu_time_holds_within_15_percent() {
  docker run -d --name busy --cpus 0.4 busybox sh -c "$busy"
  local from to began ended percent
  sleep 2
  for _ in 1 2 3 4 5 6 7 8; do
    began=$(date +%s%N) from=$(microseconds busy)
    sleep 10
    ended=$(date +%s%N) to=$(microseconds busy)
    percent=$(((to - from) * 100000 / (ended - began)))
    echo "$percent % of a processor"
    [ $percent -le 46 ]
    [ $percent -lt 34 ] || return 0
  done
  return 1
}

test_stats_tell_it_in_dockers_shape() {
  local json
  json=$(api GET '/containers/busy/stats?stream=false')
  echo "$json"
  # Debian's minimal python has no json; but for three words it is python.
  python3 - "$json" "$(v1 || echo psi)" <<'END'
import sys
s = eval(sys.argv[1], {'null': None, 'true': True, 'false': False})
assert s['cpu_stats']['cpu_usage']['total_usage'] > s['precpu_stats']['cpu_usage']['total_usage'] > 0
assert s['cpu_stats']['throttling_data']['throttled_periods'] > 0
assert s['cpu_stats']['system_cpu_usage'] > 0 and s['cpu_stats']['online_cpus'] == 2
assert s['memory_stats']['usage'] > 0 and 'inactive_file' in s['memory_stats']['stats']
assert s['pids_stats']['current'] >= 1
if sys.argv[2]:
    assert s['cpu_stats']['psi']['some']['total'] > 0 and 'full' in s['memory_stats']['psi']
END
  docker stats --no-stream busy
}

test_writing_is_slowed_to_the_limit_and_counted() {
  mkdir -p /var/lib/jdocker/io
  local device began
  device=$(findmnt -n -o SOURCE --target /var/lib/jdocker/io)
  docker run -d --name writer --device-write-bps "$device:1mb" -v /var/lib/jdocker/io:/io busybox sleep 1000
  began=$SECONDS
  docker exec writer dd if=/dev/zero of=/io/f bs=1M count=8 conv=fsync oflag=direct
  [ $((SECONDS - began)) -ge 6 ]
  python3 - "$(api GET '/containers/writer/stats?stream=false')" "$(v1 || echo psi)" <<'END'
import sys
s = eval(sys.argv[1], {'null': None, 'true': True, 'false': False})
io = s['blkio_stats']
written = [e['value'] for e in io['io_service_bytes_recursive'] if e['op'].lower() == 'write']
print(io)
assert max(written) >= 8 << 20
assert not sys.argv[2] or io['psi']['some']['total'] > 0
END
  docker rm -f writer
}

test_a_paused_container_uses_no_time() {
  docker pause busy
  local before
  before=$(microseconds busy)
  sleep 3
  is "$(microseconds busy)" "$before"
  docker unpause busy
}

# The data disk: nothing but the filter keeps a container that has made its node from it.
disk='stat -c %t:%T /dev/vdc'
node() { # COMMAND...: in a container's shell, after making the node
  $disk | { IFS=: read -r major minor && echo "mknod /tmp/m b $((0x$major)) $((0x$minor)) && $*"; }
}
rule() { $disk | { IFS=: read -r major minor && echo "b $((0x$major)):$((0x$minor)) $1"; }; }

can_read='head -c 1 /tmp/m >/dev/null'
can_write='dd if=/dev/zero of=/tmp/m bs=1 count=0 conv=notrunc'

test_devices_are_denied_and_allowed() {
  docker run --rm busybox sh -c "$(node "! $can_read && ! $can_write && head -c 1 /dev/zero >/dev/null")"
  docker run --rm --device-cgroup-rule "$(rule r)" busybox sh -c "$(node "$can_read && ! $can_write")"
  docker run --rm --device-cgroup-rule "$(rule rw)" busybox sh -c "$(node "$can_read && $can_write")"
  docker run --rm --device /dev/vdc:/tmp/m:r busybox sh -c "$can_read && ! $can_write"
  docker run --rm --privileged busybox sh -c 'head -c 1 /dev/vdc >/dev/null'
}

test_the_device_program_outlives_the_daemon_and_an_update() {
  docker run -d --name kept --device-cgroup-rule "$(rule r)" busybox sleep 1000
  docker exec kept sh -c "$(node "$can_read && ! $can_write")"
  kill -KILL "$(systemctl show -p MainPID --value jdocker)"
  eventually 150 answers
  docker exec kept sh -c "$can_read && ! $can_write"
  docker update --pids-limit 30 kept
  docker exec kept sh -c "$can_read && ! $can_write"
}
