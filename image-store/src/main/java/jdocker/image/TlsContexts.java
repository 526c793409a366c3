package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What TLS trusts and shows, per registry, as Docker has it: the system's authorities, those in {@code *.crt} of the
 * registry's folder beside them, and a client's certificate in {@code *.cert} with its {@code *.key}.
 */
final class TlsContexts {
    private static final char[] NO_PASSWORD = new char[0];
    /** Where distributions keep the authorities, as Go looks for them. */
    private static final List<Path> SYSTEM = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private final List<Path> folders;

    TlsContexts(List<Path> folders) {
        this.folders = folders;
    }

    SSLContext of(RegistryEndpoint endpoint) {
        Optional<Path> folder = folders.stream()
                .map(all -> all.resolve(endpoint.authority()))
                .filter(Files::isDirectory)
                .findFirst();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] trust =
                    endpoint.insecure() ? new TrustManager[] {new Anybody()} : trust(files(folder, ".crt"));
            context.init(keys(folder), trust, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new RegistryException(
                    RegistryException.Kind.REFUSED,
                    "the certificates for " + endpoint.authority()
                            + folder.map(f -> " in " + f).orElse("") + " cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private static List<Path> files(Optional<Path> folder, String suffix) throws IOException {
        if (folder.isEmpty()) {
            return List.of();
        }
        try (var files = Files.list(folder.get())) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static TrustManager[] trust(List<Path> own) throws GeneralSecurityException, IOException {
        KeyStore authorities = emptyStore();
        int number = 0;
        for (Certificate authority : system()) {
            authorities.setCertificateEntry("system-" + number++, authority);
        }
        for (Path file : own) {
            for (Certificate authority : certificates(file)) {
                authorities.setCertificateEntry("own-" + number++, authority);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static List<Certificate> system() throws GeneralSecurityException, IOException {
        var authorities = new ArrayList<Certificate>();
        for (Path bundle : SYSTEM) {
            if (authorities.isEmpty() && Files.isReadable(bundle)) {
                authorities.addAll(certificates(bundle));
            }
        }
        if (authorities.isEmpty()) {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager known) {
                    authorities.addAll(List.of(known.getAcceptedIssuers()));
                }
            }
        }
        return authorities;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static KeyManager[] keys(Optional<Path> folder) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        for (Path file : files(folder, ".cert")) {
            Path keyFile = Path.of(file.toString().replaceFirst("\\.cert$", ".key"));
            if (!Files.exists(keyFile)) {
                throw new IOException("missing key " + keyFile + " for client certificate " + file);
            }
            PrivateKey key = PrivateKeys.read(keyFile);
            store.setKeyEntry(
                    file.toString(), key, NO_PASSWORD, certificates(file).toArray(new Certificate[0]));
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, NO_PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return store;
    }

    /** For registries that are listed as insecure: encrypted, but by whomever. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
