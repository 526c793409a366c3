# Sourced after common.sh: disks for the guest, and QEMU.

need_guest_tools() {
  need qemu-system-x86_64=qemu-system-x86 mmdebstrap mkfs.ext4=e2fsprogs \
    /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring
}

# job_disk IMAGE COMMAND PATH...: the disk that brings the job: dist/, the tests, the command.
job_disk() {
  local image=$1 command=$2 stage=$1.d path
  shift 2
  rm -rf "$stage" && mkdir -p "$stage/with"
  mkdir "$stage/jdocker"
  [ ! -d "$DIST" ] || cp -a "$DIST" "$stage/jdocker/dist"
  cp -a "$ROOT/scripts" "$ROOT/packaging" "$ROOT/pom.xml" "$stage/jdocker/"
  ln -s jdocker/scripts/vm/guest "$stage/guest"
  for path in "$@"; do cp -a "$path" "$stage/with/"; done
  printf '#!/bin/bash\nexport PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin JAVA_HOME=%s HOME=/root\ncd /root\n%s\n' \
    "$JAVA_HOME" "$command" >"$stage/main"
  chmod 755 "$stage/main"
  rm -f "$image"
  mkfs.ext4 -q -F -L job -O ^has_journal -m 0 -d "$stage" "$image" "$(($(du -sm --apparent-size "$stage" | cut -f1) * 5 / 4 + 32))M" >/dev/null
  rm -rf "$stage"
}

# boot BASE WORK HIERARCHY LIMIT [ACKS]: runs the guest until its job has ended, at most LIMIT seconds; its report to
# the standard output, the console to WORK/console.log. Returns the job's status, 124 when the time was up. With ACKS
# the guest is killed, as by a power cut, a moment after it has reported so many lines that begin
# with "acked "; returns 0 then.
boot() {
  local base=$1 work=$2 append limit=$4 acks=${5:-} status=0 end tail
  append="root=/dev/vda console=ttyS0 panic=-1 net.ifnames=0 mitigations=off apparmor=1 security=apparmor"
  append+=" systemd.show_status=0 systemd.log_target=console systemd.log_level=warning"
  case $3 in
    unified) append+=" systemd.unified_cgroup_hierarchy=1" ;;
    hybrid) append+=" systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=0" ;;
  esac
  : >"$work/report"
  qemu-system-x86_64 \
    -machine pc,graphics=off -accel tcg,thread=multi,tb-size=512 -cpu "${JDOCKER_VM_CPU:-max}" -smp 2 -m 1536 \
    -nodefaults -display none -serial "file:$work/console.log" \
    -kernel "$base/vmlinuz" -initrd "$base/initrd" -append "$append" \
    -drive "file=$work/root.img,format=raw,if=virtio,cache=unsafe" \
    -drive "file=$work/job.img,format=raw,if=virtio,readonly=on" \
    -drive "file=$work/data.img,format=raw,if=virtio,cache=writeback" \
    -device virtio-rng-pci -device virtio-serial \
    -chardev "file,id=report,path=$work/report" -device virtserialport,chardev=report,name=report \
    </dev/null >"$work/qemu.log" 2>&1 &
  qemu=$!
  tail -n +1 -f --pid=$qemu "$work/report" | sed -u '/^@exit /d' &
  tail=$!
  end=$((SECONDS + limit))
  while kill -0 $qemu 2>/dev/null; do
    if [ -n "$acks" ] && [ "$(grep -c '^acked ' "$work/report")" -ge "$acks" ]; then
      sleep "0.$((RANDOM % 10))" # not always right after an acknowledgement
      kill -KILL $qemu
      wait $qemu $tail 2>/dev/null || :
      return 0
    elif [ $SECONDS -ge $end ]; then
      kill -KILL $qemu
    fi
    sleep 0.2
  done
  wait $qemu 2>/dev/null || status=$?
  wait $tail || :
  if [ "$status" -ne 0 ]; then
    warn "the guest did not end by itself within $limit s, or QEMU failed ($status); the end of its console:"
    tail -n 30 "$work/console.log" "$work/qemu.log" >&2
    return 124
  fi
  status=$(sed -n 's/^@exit \([0-9]*\).*/\1/p' "$work/report" | tail -n 1)
  return "${status:-124}"
}

# Ends a guest that a signal to the script would leave behind.
end_guest() { [ -z "${qemu:-}" ] || kill -KILL "$qemu" 2>/dev/null || :; }
