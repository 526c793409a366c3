package jdocker.daemon.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import jdocker.daemon.config.DaemonConfig.Registries;

/** Checks what is said of registries. */
final class RegistrySettingsReader {
    private static final String HUB = "docker.io";

    private final List<String> problems;

    RegistrySettingsReader(List<String> problems) {
        this.problems = problems;
    }

    Registries read(
            List<String> mirrors,
            List<String> insecure,
            List<String> nondistributable,
            int downloads,
            int uploads,
            int attempts,
            boolean keepBlobs,
            int highWatermark,
            int lowWatermark) {
        if (highWatermark > 0 && lowWatermark >= highWatermark) {
            problems.add("image-gc-low " + lowWatermark + " is not below image-gc-high " + highWatermark);
        }
        insecure.stream()
                .filter(entry -> entry.isBlank() || entry.contains("://"))
                .forEach(entry -> problems.add(
                        "invalid insecure-registry '" + entry + "': it is HOST[:PORT] or a network, without a scheme"));
        return new Registries(
                mirrors(mirrors),
                insecure,
                nondistributable,
                downloads,
                uploads,
                attempts,
                keepBlobs,
                highWatermark,
                lowWatermark);
    }

    private List<String> mirrors(List<String> given) {
        var mirrors = new ArrayList<String>();
        for (String text : given) {
            int equals = text.indexOf('=');
            String registry = equals < 0 ? HUB : text.substring(0, equals);
            String address = text.substring(equals + 1);
            if (isAddress(address) && !registry.isBlank() && registry.indexOf('/') < 0) {
                mirrors.add(registry + "=" + address);
            } else {
                problems.add("invalid registry-mirror '" + text
                        + "': it is the mirror's URL, or REGISTRY=URL; no query, fragment or credentials");
            }
        }
        return mirrors;
    }

    private static boolean isAddress(String text) {
        try {
            URI uri = URI.create(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
