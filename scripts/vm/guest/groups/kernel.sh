# The suite that holds both versions of cgroups to the same behaviour, on this kernel.
tests=/mnt/job/with/kernel-tests

test_cgroups_do_on_this_kernel_what_they_do_on_others() {
  [ -d $tests ] || skip "the compiled tests were not brought along: scripts/vm/kernel-tests makes them, --with brings them"
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp "$tests/test-classes:$tests/classes:$tests/lib/*" \
    org.junit.platform.console.ConsoleLauncher execute --select-class jdocker.cgroups.KernelCgroupTest \
    --disable-banner --disable-ansi-colors --details=tree --fail-if-no-tests >/tmp/kernel-tests 2>&1 || {
    grep -vE '^\s+(org.junit|java\.)' /tmp/kernel-tests | tail -n 60
    return 1
  }
  # What this kernel lacked, or a condition of @KernelTest, must not pass for tested.
  is "$(counted skipped) $(counted aborted)" "0 $(without_weights)"
}

counted() { sed -n "s/^\\[ *\\([0-9]*\\) tests $1 .*/\\1/p" /tmp/kernel-tests; }
without_weights() { grep -c 'Assumption failed: the kernel has no weights for block I/O' /tmp/kernel-tests || :; }

test_block_io_has_weights() {
  [ -d $tests ] || skip "see above"
  [ "$(without_weights)" = 0 ] || ! v1 || skip "cgroup v1 has them with a scheduler that this kernel does not use"
  is "$(without_weights)" 0
}
