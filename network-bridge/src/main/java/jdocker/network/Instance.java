package jdocker.network;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells the kernel objects of one daemon from those of another on the same host, derived from its exec root: a suffix
 * of the names of chains (none for the default exec root) and the group number of links.
 */
record Instance(String suffix, int linkGroup) {
    private static final Path DEFAULT = Path.of("/run/jdocker");
    /** The operator's, before all rules of all daemons; we make it and never change it. */
    static final String USER_CHAIN = "JDOCKER-USER";

    static Instance of(Path execRoot) {
        byte[] hash = sha256(execRoot.toAbsolutePath().normalize().toString());
        String suffix = execRoot.equals(DEFAULT) ? "" : "-" + HexFormat.of().formatHex(hash, 0, 4);
        int group = (hash[4] & 0x3f) << 24 | (hash[5] & 0xff) << 16 | (hash[6] & 0xff) << 8 | hash[7] & 0xff | 1;
        return new Instance(suffix, group);
    }

    /** Into the networks: published ports in nat, what may come in in filter. */
    String mainChain() {
        return "JDOCKER" + suffix;
    }

    /** All of ours in filter's FORWARD. */
    String forwardChain() {
        return "JDOCKER-FORWARD" + suffix;
    }

    String isolationChain() {
        return "JDOCKER-ISOLATION" + suffix;
    }

    /** Ports published on loopback addresses: only what the host itself sends passes here. */
    String localChain() {
        return "JDOCKER-LOCAL" + suffix;
    }

    String postroutingChain() {
        return "JDOCKER-POST" + suffix;
    }

    String rawChain() {
        return "JDOCKER-RAW" + suffix;
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
