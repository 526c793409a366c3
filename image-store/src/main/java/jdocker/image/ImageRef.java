package jdocker.image;

import java.util.Locale;
import java.util.Optional;
import jdocker.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * An image's name, by the rules of the distribution project: {@code busybox} means {@code docker.io/library/busybox}, and
 * what stands before the first slash is a registry only if it holds a dot, a colon or an upper-case letter, or is
 * {@code localhost}.
 *
 * @param domain of the registry, such as {@code docker.io} or {@code localhost:5000}
 * @param path below it, such as {@code library/busybox}
 */
public record ImageRef(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
    private static final String HUB = "docker.io";
    private static final String OLD_HUB = "index.docker.io";
    private static final String OFFICIAL = "library/";
    private static final String LATEST = "latest";
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_TAG = 128;
    private static final int ID_DIGITS = 64;

    /**
     * Reads what a user wrote.
     *
     * @throws InvalidReference with Docker's words
     */
    public static ImageRef parse(String text) {
        if (isHex(text, ID_DIGITS)) {
            throw new InvalidReference(
                    "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
        }
        int slash = text.indexOf('/');
        boolean onHub = slash < 0 || !namesRegistry(text.substring(0, slash));
        String domain = onHub ? HUB : text.substring(0, slash);
        String rest = onHub ? text : text.substring(slash + 1);
        if (domain.equals(OLD_HUB)) {
            domain = HUB;
        }
        Parts parts = split(rest);
        if (!parts.name.equals(parts.name.toLowerCase(Locale.ROOT))) {
            throw new InvalidReference(
                    "invalid reference format: repository name (" + parts.name + ") must be lowercase");
        }
        String path = domain.equals(HUB) && parts.name.indexOf('/') < 0 ? OFFICIAL + parts.name : parts.name;
        if (parts.name.isEmpty() || !isDomain(domain) || !isPath(path)) {
            throw new InvalidReference("invalid reference format");
        }
        if (domain.length() + 1 + path.length() > LONGEST_NAME) {
            throw new InvalidReference("repository name must not be more than " + LONGEST_NAME + " characters");
        }
        if (parts.tag != null && !isTag(parts.tag)) {
            throw new InvalidReference("invalid reference format");
        }
        return new ImageRef(
                domain,
                path,
                Optional.ofNullable(parts.tag),
                Optional.ofNullable(parts.digest).map(ImageRef::digest));
    }

    /** Empty where {@link #parse} throws. */
    public static Optional<ImageRef> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (InvalidReference _) {
            return Optional.empty();
        }
    }

    private record Parts(
            String name, @Nullable String tag, @Nullable String digest) {}

    private static Parts split(String rest) {
        int at = rest.indexOf('@');
        String named = at < 0 ? rest : rest.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        return new Parts(
                colon < 0 ? named : named.substring(0, colon),
                colon < 0 ? null : named.substring(colon + 1),
                at < 0 ? null : rest.substring(at + 1));
    }

    private static Digest digest(String text) {
        return Digest.tryParse(text).orElseThrow(() -> new InvalidReference("invalid reference format"));
    }

    private static boolean namesRegistry(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    /** The same name with this tag, and without a digest. */
    public ImageRef withTag(String newTag) {
        if (!isTag(newTag)) {
            throw new InvalidReference("invalid tag format");
        }
        return new ImageRef(domain, path, Optional.of(newTag), Optional.empty());
    }

    /** With the tag {@code latest} where there is neither tag nor digest. */
    public ImageRef tagged() {
        return tag.isPresent() || digest.isPresent() ? this : withTag(LATEST);
    }

    /** The name without tag and digest, as a user writes it: {@code busybox}, {@code ghcr.io/x/y}. */
    public String familiarName() {
        if (!domain.equals(HUB)) {
            return domain + "/" + path;
        }
        boolean official = path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0;
        return official ? path.substring(OFFICIAL.length()) : path;
    }

    /** The whole reference as a user writes it: {@code busybox:latest}. */
    public String familiar() {
        return familiarName() + suffix();
    }

    /** The whole reference with its registry: {@code docker.io/library/busybox:latest}. */
    @Override
    public String toString() {
        return domain + "/" + path + suffix();
    }

    private String suffix() {
        return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }

    // By hand and in ASCII: a regular expression takes long on hostile lengths, and its classes may mean Unicode.

    private static boolean isTag(String tag) {
        if (tag.isEmpty() || tag.length() > LONGEST_TAG || !isWord(tag.charAt(0))) {
            return false;
        }
        return tag.chars().allMatch(c -> isWord((char) c) || c == '.' || c == '-');
    }

    private static boolean isDomain(String domain) {
        String host = domain;
        int portAt = domain.lastIndexOf(':');
        boolean bracketed = domain.startsWith("[");
        if (portAt >= 0 && (!bracketed || portAt > domain.lastIndexOf(']'))) {
            String port = domain.substring(portAt + 1);
            if (port.isEmpty() || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
            host = domain.substring(0, portAt);
        }
        if (bracketed) {
            return host.length() > 2
                    && host.endsWith("]")
                    && host.substring(1, host.length() - 1).chars().allMatch(c -> isHexDigit((char) c) || c == ':');
        }
        for (String component : host.split("\\.", -1)) {
            if (!isDomainComponent(component)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDomainComponent(String component) {
        return !component.isEmpty()
                && !component.startsWith("-")
                && !component.endsWith("-")
                && component.chars().allMatch(c -> isLetterOrDigit((char) c) || c == '-');
    }

    private static boolean isPath(String path) {
        for (String component : path.split("/", -1)) {
            if (!isPathComponent(component)) {
                return false;
            }
        }
        return true;
    }

    /** Runs of lower-case letters and digits, between them one dot, one or two underscores, or any number of dashes. */
    private static boolean isPathComponent(String component) {
        int i = 0;
        int end = component.length();
        while (true) {
            int start = i;
            while (i < end && isLowerOrDigit(component.charAt(i))) {
                i++;
            }
            if (i == start) {
                return false;
            }
            if (i == end) {
                return true;
            }
            char separator = component.charAt(i);
            int from = i;
            while (i < end && component.charAt(i) == separator) {
                i++;
            }
            int longest = separator == '-' ? Integer.MAX_VALUE : separator == '_' ? 2 : separator == '.' ? 1 : 0;
            if (i - from > longest) {
                return false;
            }
        }
    }

    private static boolean isWord(char c) {
        return isLetterOrDigit(c) || c == '_';
    }

    private static boolean isLetterOrDigit(char c) {
        return isLowerOrDigit(c) || c >= 'A' && c <= 'Z';
    }

    private static boolean isLowerOrDigit(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z';
    }

    private static boolean isHexDigit(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private static boolean isHex(String text, int digits) {
        return text.length() == digits && text.chars().allMatch(c -> isLowerOrDigit((char) c) && isHexDigit((char) c));
    }
}
