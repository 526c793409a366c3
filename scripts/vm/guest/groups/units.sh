# The systemd units: socket activation, restart, kill and upgrade of the daemon with containers running.
begin() { engine; }
end() { remove_all; }

main_pid() { systemctl show -p MainPID --value jdocker.service; }

test_the_installed_caches_are_used() {
  JDOCKERD_JAVA_OPTS=-XX:AOTMode=on jdockerd --version
}

test_a_connection_to_the_socket_starts_the_daemon() {
  systemctl stop jdocker.service
  [ -S $socket ]
  is "$(systemctl is-active jdocker.service || :)" inactive
  docker version --format '{{.Server.Version}}'
  is "$(systemctl is-active jdocker.service)" active
}

test_the_socket_belongs_to_the_group_docker() {
  is "$(stat -c '%U:%G %a' $socket)" "root:docker 660"
}

test_a_container_outlives_a_restart_of_the_service() {
  docker run -d --name steady busybox sh -c 'i=0; while sleep 1; do i=$((i + 1)); echo $i; done'
  local pid
  pid=$(field steady '{{.State.Pid}}')
  systemctl restart jdocker.service
  eventually 200 answers
  is "$(field steady '{{.State.Status}} {{.State.Pid}}')" "running $pid"
}

test_systemd_starts_a_killed_daemon_again_and_nothing_is_lost() {
  local pid lines old
  pid=$(field steady '{{.State.Pid}}')
  old=$(main_pid)
  kill -KILL "$old"
  sleep 3
  lines=$(docker logs steady | wc -l)
  [ "$(main_pid)" != "$old" ]
  is "$(field steady '{{.State.Status}} {{.State.Pid}}')" "running $pid"
  # The numbers have no gap: nothing was written to nobody.
  is "$(docker logs steady | awk -v lines="$lines" 'NR <= lines && $1 != NR' | wc -l)" 0
  eventually 30 sh -c "[ \$(docker logs steady | wc -l) -gt $lines ]"
}

test_an_upgrade_keeps_containers_and_shows_the_new_version() {
  local pid new=/var/tmp/upgrade
  pid=$(field steady '{{.State.Pid}}')
  rm -rf $new && cp -a /mnt/job/jdocker $new
  sed -i 's/-Djdocker.version=[^ ]*/-Djdocker.version=9.9.9/' $new/dist/bin/jdockerd
  (cd $new && scripts/install --no-build)
  rm -rf $new
  systemctl restart jdocker.service
  eventually 200 answers
  is "$(docker version --format '{{.Server.Version}}' | sed 's:.*jdocker.::')" 9.9.9
  is "$(field steady '{{.State.Status}} {{.State.Pid}}')" "running $pid"
  is "$(docker exec steady echo new)" new
}
