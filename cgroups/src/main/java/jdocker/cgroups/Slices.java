package jdocker.cgroups;

/** systemd.slice(5): a dash in a slice's name says that it lies in the slice before the dash. */
final class Slices {
    private static final String SUFFIX = ".slice";

    private Slices() {}

    static boolean isSlice(String parent) {
        return parent.endsWith(SUFFIX) && !parent.contains("/");
    }

    /**
     * {@code /a.slice/a-b.slice} of {@code a-b.slice}.
     *
     * @throws CgroupException if it cannot be the name of one
     */
    static String path(String slice) {
        String name = slice.substring(0, slice.length() - SUFFIX.length());
        if (name.equals("-")) {
            return "";
        }
        if (!name.matches("[a-zA-Z0-9:_.\\\\]+(-[a-zA-Z0-9:_.\\\\]+)*")) {
            throw new CgroupException("not the name of a slice: '" + slice + "'");
        }
        var path = new StringBuilder();
        for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
            path.append('/').append(name, 0, dash).append(SUFFIX);
        }
        return path.append('/').append(slice).toString();
    }
}
