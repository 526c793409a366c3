package jdocker.image;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Proxies as the variables {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} name them; empty for none. The
 * machine itself is never asked for through one.
 */
public record RegistryProxies(String http, String https, String none) {
    public static final RegistryProxies NONE = new RegistryProxies("", "", "");

    ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxyFor(uri));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // The request fails and says so.
            }
        };
    }

    private Proxy proxyFor(URI uri) {
        String proxy = uri.getScheme().equals("https") ? https : http;
        if (proxy.isEmpty() || isExcluded(uri.getHost().toLowerCase(Locale.ROOT))) {
            return Proxy.NO_PROXY;
        }
        URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
        int port = address.getPort() < 0 ? 80 : address.getPort();
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port));
    }

    private boolean isExcluded(String host) {
        if (Addresses.isLoopback(host)) {
            return true;
        }
        for (String word : none.split(",")) {
            String pattern = word.strip().toLowerCase(Locale.ROOT);
            String suffix = pattern.startsWith("*") ? pattern.substring(1) : pattern;
            boolean domain = host.equals(suffix) || host.endsWith(suffix.startsWith(".") ? suffix : "." + suffix);
            if (!pattern.isEmpty() && (pattern.equals("*") || domain || Addresses.isWithin(host, pattern))) {
                return true;
            }
        }
        return false;
    }
}
