package jdocker.image;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One place to ask for the content of a registry.
 *
 * @param base without a slash at the end
 * @param insecure its certificate is not looked at
 * @param mirror it gets no credentials, since they are the registry's
 */
record RegistryEndpoint(URI base, boolean insecure, boolean mirror) {
    private static final String HUB = "docker.io";
    private static final String HUB_ADDRESS = "https://registry-1.docker.io";

    /** Where content of this registry may be, in the order to ask. Plain HTTP only where it is allowed. */
    static List<RegistryEndpoint> of(String domain, RegistrySettings settings) {
        var endpoints = new ArrayList<RegistryEndpoint>();
        for (RegistrySettings.Mirror mirror : settings.mirrors()) {
            if (mirror.registry().equals(domain) || mirror.registry().equals("*")) {
                URI address = mirror.address();
                String host = address.getRawAuthority();
                endpoints.add(new RegistryEndpoint(trimmed(address), mayBeInsecure(host, settings), true));
            }
        }
        endpoints.addAll(own(domain, settings));
        return endpoints;
    }

    /** The registry itself, without mirrors. */
    static List<RegistryEndpoint> own(String domain, RegistrySettings settings) {
        if (domain.equals(HUB)) {
            return List.of(new RegistryEndpoint(URI.create(HUB_ADDRESS), false, false));
        }
        boolean insecure = mayBeInsecure(domain, settings);
        var endpoints = new ArrayList<RegistryEndpoint>();
        endpoints.add(new RegistryEndpoint(URI.create("https://" + domain), insecure, false));
        if (insecure) {
            endpoints.add(new RegistryEndpoint(URI.create("http://" + domain), true, false));
        }
        return endpoints;
    }

    /** Whether plain HTTP and unknown certificates are fine: on the machine itself, and where the settings say so. */
    static boolean mayBeInsecure(String authority, RegistrySettings settings) {
        String host = host(authority);
        return Addresses.isLoopback(host)
                || settings.insecure().stream()
                        .anyMatch(entry ->
                                entry.equals(authority) || entry.equals(host) || Addresses.isWithin(host, entry));
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    private static URI trimmed(URI address) {
        String text = address.toString();
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    /** {@code host[:port]}, as a user names it. */
    String authority() {
        return base.getRawAuthority();
    }

    /** Where a link of the registry leads, when it is one that may be followed; empty for plain HTTP after HTTPS. */
    Optional<URI> follow(URI from, String location) {
        try {
            URI target = from.resolve(location);
            boolean web = "https".equals(target.getScheme()) || "http".equals(target.getScheme());
            boolean downgrade = from.getScheme().equals("https") && !"https".equals(target.getScheme());
            return web && !downgrade && target.getHost() != null ? Optional.of(target) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Whether an address belongs to this endpoint, so that it may see credentials. */
    boolean isOwn(URI uri) {
        return origin(uri).equals(origin(base));
    }

    private static String origin(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
        return uri.getScheme() + "://" + String.valueOf(uri.getHost()).toLowerCase(java.util.Locale.ROOT) + ":" + port;
    }
}
