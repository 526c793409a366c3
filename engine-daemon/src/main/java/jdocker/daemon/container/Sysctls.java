package jdocker.daemon.container;

import java.util.Map;
import java.util.Set;
import jdocker.api.HostConfig;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** Which kernel parameters a container may set: those that belong to a namespace of its own. */
final class Sysctls {
    private static final Set<String> IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Sysctls() {}

    // Nothing that could end one parameter and begin another for whoever reads the list.
    private static boolean belongsInName(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }

    static void check(Map<String, String> sysctls, HostConfig host) {
        sysctls.forEach((name, value) -> {
            boolean ipc = IPC.contains(name) || name.startsWith("fs.mqueue.");
            boolean net = name.startsWith("net.");
            boolean plain = name.chars().allMatch(Sysctls::belongsInName) && !name.contains("..");
            if (!(ipc || net) || !plain) {
                throw new InvalidRequest("sysctl '" + name + "' is not allowed: it does not belong to a namespace");
            }
            if (net && host.networkMode().equals("host")) {
                throw new InvalidRequest("sysctl '" + name + "' not allowed in host network namespace");
            }
            if (ipc && host.ipcMode().equals("host")) {
                throw new InvalidRequest("sysctl '" + name + "' not allowed in host ipc namespace");
            }
            if (value == null || value.indexOf(0) >= 0) {
                throw new InvalidRequest("sysctl '" + name + "' has an invalid value");
            }
        });
    }
}
