# The systemd cgroup driver, which is the default here.
begin() { engine; }
end() { remove_all; }

# The data disk: nothing but the filter keeps a container that has made its node from it.
make_node() { echo "mknod /tmp/m b $((0x$(stat -c %t /dev/vdc))) $((0x$(stat -c %T /dev/vdc)))"; }
cannot_read='! head -c 1 /tmp/m'

scope() { echo "docker-$(field "$1" '{{.Id}}').scope"; }

test_the_engine_says_so() {
  is "$(docker info --format '{{.CgroupDriver}}')" systemd
}

test_a_container_is_a_scope_in_the_system_slice() {
  docker run -d --name scoped -m 64m --memory-swap 64m --cpus 0.5 --cpu-shares 512 --cpuset-cpus 1 --pids-limit 50 \
    --device-write-bps /dev/vdc:1mb busybox sleep 1000
  local unit
  unit=$(scope scoped)
  is "$(systemctl is-active "$unit")" active
  is "$(systemctl show -p ControlGroup --value "$unit")" "/system.slice/$unit"
  is "$(systemctl show -p MemoryMax --value "$unit")" 67108864
  is "$(systemctl show -p TasksMax --value "$unit")" 50
  is "$(cat "/sys/fs/cgroup/system.slice/$unit/cgroup.procs")" "$(field scoped '{{.State.Pid}}')"
}

limits() { (cd "$1" && grep . memory.max memory.swap.max cpu.max cpu.weight cpuset.cpus io.max pids.max); }

test_limits_survive_a_reload_of_systemd() {
  local directory before
  directory=/sys/fs/cgroup/system.slice/$(scope scoped)
  before=$(limits "$directory")
  systemctl daemon-reload
  is "$(limits "$directory")" "$before"
  is "$(cat "$directory/memory.max")" 67108864
  is "$(cat "$directory/cpu.max")" "50000 100000"
  is "$(cat "$directory/cpu.weight")" 59
  is "$(cat "$directory/cpuset.cpus")" 1
  docker update -m 48m --memory-swap 48m --cpus 0.25 scoped
  systemctl daemon-reload
  is "$(cat "$directory/memory.max")" 50331648
  is "$(cat "$directory/cpu.max")" "25000 100000"
  docker exec scoped sh -c "$(make_node) && $cannot_read"
}

test_the_scope_goes_with_the_container() {
  local unit
  unit=$(scope scoped)
  docker rm -f scoped
  eventually 20 sh -c "! systemctl is-active --quiet $unit"
  [ ! -e "/sys/fs/cgroup/system.slice/$unit" ]
}

test_memory_kill_is_told_though_the_scope_goes_at_once() {
  for _ in 1 2 3; do
    docker run --name oom -m 16m busybox tail /dev/zero || :
    is "$(field oom '{{.State.OOMKilled}}')" true
    docker rm oom
  done
}

test_a_kill_of_an_exec_for_want_of_memory_leaves_the_container() {
  docker run -d --name survivor -m 32m --memory-swap 32m busybox sleep 1000
  local code=0
  docker exec survivor tail /dev/zero || code=$?
  is "$code" 137
  is "$(docker exec survivor echo there)" there
  docker rm -f survivor
}

test_the_same_container_starts_again_and_again() {
  docker run --name again busybox true
  for _ in 1 2 3; do docker start -a again; done
  docker run -d --name anew busybox sleep 1000
  for _ in 1 2 3; do docker restart -t 0 anew; done
  in_state anew running
  is "$(systemctl is-active "$(scope anew)")" active
  docker rm -f again anew
}

test_another_slice_is_expanded() {
  docker run -d --name tenant --cgroup-parent tenants-blue.slice busybox sleep 1000
  [ -d "/sys/fs/cgroup/tenants.slice/tenants-blue.slice/$(scope tenant)" ]
  docker rm -f tenant
}

test_a_path_as_parent_is_refused_in_dockers_words() {
  { docker run --rm --cgroup-parent /own busybox true 2>&1 || :; } | grep 'should be a valid slice named as "xxx.slice"'
}

test_a_daemon_that_is_killed_finds_its_scopes_again() {
  docker run -d --name adopted busybox sleep 1000
  kill -KILL "$(systemctl show -p MainPID --value jdocker)"
  eventually 150 answers
  docker exec adopted sh -c "$(make_node) && $cannot_read"
  docker pause adopted
  docker unpause adopted
  docker rm -f adopted
}

test_a_container_that_ends_without_a_daemon_leaves_no_scope() {
  docker run -d --name late busybox sleep 1000
  local unit pid
  unit=$(scope late) pid=$(field late '{{.State.Pid}}')
  systemctl stop jdocker.service
  kill -KILL "$pid"
  eventually 20 sh -c "! systemctl is-active --quiet $unit"
  systemctl start jdocker.service
  eventually 150 answers
  in_state late exited
  docker start late
  is "$(systemctl is-active "$unit")" active
  docker rm -f late
}

test_no_unit_stays_and_none_has_failed() {
  eventually 20 sh -c '[ -z "$(systemctl list-units --all --no-legend "docker-*.scope")" ]'
  is "$(systemctl list-units --failed --no-legend)" ""
}

test_without_dbus_the_engine_makes_cgroups_itself() {
  systemctl mask --now dbus.socket dbus.service
  mv /run/dbus/system_bus_socket /run/dbus/gone
  systemctl restart jdocker.service
  eventually 150 answers
  is "$(docker info --format '{{.CgroupDriver}}')" cgroupfs
  is "$(docker run --rm busybox echo made)" made
  local told
  told=$(jdockerd --exec-opt native.cgroupdriver=systemd --data-root /root/d --exec-root /root/e -H unix:///root/s 2>&1 || :)
  echo "$told"
  grep -q 'there is no /run/dbus/system_bus_socket' <<<"$told"
  # With what listens on it: the groups after this one need it.
  rm /run/dbus/gone
  systemctl unmask dbus.socket dbus.service
  systemctl start dbus.socket dbus.service
  systemctl restart jdocker.service
  eventually 150 answers
  is "$(docker info --format '{{.CgroupDriver}}')" systemd
}
