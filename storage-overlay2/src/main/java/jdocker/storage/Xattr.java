package jdocker.storage;

/** Extended attributes that layers are about. */
final class Xattr {
    /** Set to {@code y} on a directory that hides what lower layers have in it. */
    static final String OPAQUE = "trusted.overlay.opaque";

    static final byte[] YES = {'y'};

    private Xattr() {}

    /** Whether overlayfs has put it there in place of content: a directory that was renamed, a file's attributes alone. */
    static boolean needsItsMount(String name) {
        return name.equals("trusted.overlay.redirect") || name.equals("trusted.overlay.metacopy");
    }

    /**
     * Whether an archive may set it. File capabilities and ACLs mean something inside only; {@code trusted.*} and
     * {@code user.overlay.*} would steer overlayfs itself, other {@code security.*} the host's security modules.
     */
    static boolean isAllowed(String name) {
        return name.startsWith("user.") && !name.startsWith("user.overlay.")
                || name.equals("security.capability")
                || name.equals("system.posix_acl_access")
                || name.equals("system.posix_acl_default");
    }
}
