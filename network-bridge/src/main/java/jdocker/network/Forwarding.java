package jdocker.network;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the host a router, which it must be for containers to get beyond their bridge. */
final class Forwarding {
    private static final String V4 = "ipv4/ip_forward";
    private static final String V6 = "ipv6/conf/all/forwarding";

    private final NetworkOptions options;
    private boolean v4Done;
    private boolean v6Done;

    Forwarding(NetworkOptions options) {
        this.options = options;
    }

    /** What {@link #enable} found. */
    record Result(boolean switchedOn, List<String> warnings) {}

    synchronized Result enable(boolean v6) {
        String name = v6 ? V6 : V4;
        if ((v6 ? v6Done : v4Done) || !HostSettings.read(name).orElse("1").equals("0")) {
            return new Result(false, List.of());
        }
        String setting = "net." + name.replace('/', '.');
        if (!options.ipForward()) {
            return new Result(
                    false,
                    List.of(setting + " is 0, so containers reach nothing beyond their network;"
                            + " set it to 1, or leave --ip-forward on"));
        }
        List<String> warnings = new ArrayList<>();
        if (v6) {
            keepRouterAdvertisements(warnings);
        }
        HostSettings.set(name, "1").ifPresent(warnings::add);
        boolean done = warnings.isEmpty();
        v6Done |= v6 && done;
        v4Done |= !v6 && done;
        return new Result(done, warnings);
    }

    /** A router no longer listens to others (accept_ra 1): the host would lose its own route. 2 means all the same. */
    private static void keepRouterAdvertisements(List<String> warnings) {
        try (DirectoryStream<Path> interfaces = Files.newDirectoryStream(Path.of("/proc/sys/net/ipv6/conf"))) {
            for (Path one : interfaces) {
                String setting = "ipv6/conf/" + one.getFileName() + "/accept_ra";
                if (HostSettings.read(setting).orElse("").equals("1")) {
                    HostSettings.set(setting, "2").ifPresent(warnings::add);
                }
            }
        } catch (IOException e) {
            warnings.add("the interfaces' accept_ra could not be looked at: " + e.getMessage());
        }
    }
}
