package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Address of content by its hash, such as {@code sha256:e3b0…}. Always well formed, hence safe as a part of a path: the
 * algorithm is one of three, the hash has exactly its length in lower-case hexadecimal digits.
 */
public record Digest(Algorithm algorithm, String hex) {
    private static final int SHORT = 12;

    /** The hash functions of the OCI specification. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA384("sha384", "SHA-384", 96),
        SHA512("sha512", "SHA-512", 128);

        private final String label;
        private final String javaName;
        private final int digits;

        Algorithm(String label, String javaName, int digits) {
            this.label = label;
            this.javaName = javaName;
            this.digits = digits;
        }

        public String label() {
            return label;
        }

        /** A fresh hash to feed content into. */
        public MessageDigest hash() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(javaName + " is missing from this JDK", e);
            }
        }
    }

    public Digest {
        if (!isHex(hex, algorithm.digits)) {
            throw new IllegalArgumentException("invalid digest: " + algorithm.label + " needs " + algorithm.digits
                    + " lower-case hexadecimal digits");
        }
    }

    /** Reads {@code algorithm:hex}; throws IllegalArgumentException when it is anything else. */
    @JsonCreator
    public static Digest parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("invalid digest: '"
                        + text.substring(0, Math.min(text.length(), Algorithm.SHA512.digits)) + "'"));
    }

    /** Empty when the text is no digest. */
    public static Optional<Digest> tryParse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            int prefix = algorithm.label.length() + 1;
            if (text.length() == prefix + algorithm.digits
                    && text.startsWith(algorithm.label)
                    && text.charAt(prefix - 1) == ':'
                    && isHex(text.substring(prefix), algorithm.digits)) {
                return Optional.of(new Digest(algorithm, text.substring(prefix)));
            }
        }
        return Optional.empty();
    }

    /** From 64 hexadecimal digits. */
    public static Digest sha256(String hex) {
        return new Digest(Algorithm.SHA256, hex);
    }

    /** From the 32 bytes that a finished SHA-256 gives. */
    public static Digest ofSha256(byte[] hash) {
        return sha256(HexFormat.of().formatHex(hash));
    }

    /** The SHA-256 digest of this content. */
    public static Digest of(byte[] content) {
        return ofSha256(Algorithm.SHA256.hash().digest(content));
    }

    /** The first twelve digits, for people. */
    public String shortHex() {
        return hex.substring(0, SHORT);
    }

    @Override
    @JsonValue
    public String toString() {
        return algorithm.label + ":" + hex;
    }

    // By hand: only ASCII digits count, and no expression is compiled for each of thousands of layers.
    private static boolean isHex(String text, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
