package jdocker.cli;

/** An image's name as a user writes it, taken apart: {@code [registry/]path[:tag][@digest]}. */
record ImageName(String domain, String path, String tag, String digest) {
    private static final String HUB = "docker.io";
    private static final String OFFICIAL = "library/";

    static ImageName parse(String text) {
        int at = text.indexOf('@');
        String digest = at < 0 ? "" : text.substring(at + 1);
        String named = at < 0 ? text : text.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        String tag = colon < 0 ? "" : named.substring(colon + 1);
        String name = colon < 0 ? named : named.substring(0, colon);
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasDomain = first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
        String domain = hasDomain ? first : HUB;
        String path = hasDomain ? name.substring(slash + 1) : name;
        if (domain.equals("index.docker.io")) {
            domain = HUB;
        }
        boolean official = domain.equals(HUB) && !path.contains("/");
        ImageName result = new ImageName(domain, official ? OFFICIAL + path : path, tag, digest);
        result.check(colon >= 0, at >= 0);
        return result;
    }

    private void check(boolean tagged, boolean digested) {
        boolean pathGood = path.chars().allMatch(ImageName::isPathLetter);
        if (!path.equals(path.toLowerCase(java.util.Locale.ROOT)) && isPlain(path)) {
            throw new CliError("invalid reference format: repository name (" + path + ") must be lowercase");
        }
        for (String part : path.split("/", -1)) {
            pathGood &=
                    !part.isEmpty() && isAlphanumeric(part.charAt(0)) && isAlphanumeric(part.charAt(part.length() - 1));
        }
        boolean tagGood = !tagged
                || (!tag.isEmpty()
                        && tag.length() <= 128
                        && tag.charAt(0) != '.'
                        && tag.charAt(0) != '-'
                        && isPlain(tag));
        boolean digestGood =
                !digested || digest.matches("[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}");
        if (!pathGood || !tagGood || !digestGood) {
            throw new CliError("invalid reference format");
        }
    }

    private static boolean isPlain(String text) {
        return text.chars()
                .allMatch(c ->
                        isAlphanumeric(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-' || c == '/');
    }

    private static boolean isPathLetter(int c) {
        return isAlphanumeric(c) || c == '_' || c == '.' || c == '-' || c == '/';
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    /** With the registry: {@code docker.io/library/busybox}. */
    String repository() {
        return domain + "/" + path;
    }

    /** The tag, or {@code latest} where neither tag nor digest is given. */
    String tagOrLatest() {
        return tag.isEmpty() && digest.isEmpty() ? "latest" : tag;
    }

    boolean isBare() {
        return tag.isEmpty() && digest.isEmpty();
    }

    /** As people write it: {@code busybox:latest}. */
    String familiar() {
        String name = domain.equals(HUB)
                ? path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path
                : repository();
        String tagged = tagOrLatest().isEmpty() ? name : name + ":" + tagOrLatest();
        return digest.isEmpty() ? tagged : tagged + "@" + digest;
    }

    /** In full: {@code docker.io/library/busybox:latest}. */
    String full() {
        String tagged = tagOrLatest().isEmpty() ? repository() : repository() + ":" + tagOrLatest();
        return digest.isEmpty() ? tagged : tagged + "@" + digest;
    }
}
