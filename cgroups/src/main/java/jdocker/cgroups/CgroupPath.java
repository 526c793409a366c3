package jdocker.cgroups;

import java.nio.file.Path;

/**
 * A cgroup's place beneath the mount of each hierarchy: {@code /jdocker/<id>}.
 *
 * @param parent begins with a slash and does not end with one
 * @param name a single name
 */
record CgroupPath(String parent, String name) {
    CgroupPath {
        parent = normalised(parent);
        if (name.contains("/")) {
            throw new CgroupException("not a cgroup's name: '" + name + "'");
        }
        checkName(name);
    }

    /** Names come from the API; {@code ..} would lead into the cgroups of others. */
    static String normalised(String parent) {
        StringBuilder path = new StringBuilder();
        for (String name : parent.split("/")) {
            if (!name.isEmpty()) {
                checkName(name);
                path.append('/').append(name);
            }
        }
        return path.toString();
    }

    private static void checkName(String name) {
        boolean printable = name.chars().allMatch(c -> c > ' ' && c != 0x7f);
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.length() > 255 || !printable) {
            throw new CgroupException("not a cgroup's name: '" + name + "'");
        }
    }

    /** The directory of a normalised path, which may be empty: the root. */
    static Path beneath(Path mount, String path) {
        return path.isEmpty() ? mount : mount.resolve(path.substring(1));
    }

    @Override
    public String toString() {
        return parent + "/" + name;
    }
}
