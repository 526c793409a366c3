package jdocker.network;

/** The kernel's rules for names of interfaces, dev_valid_name() of net/core/dev.c, and iptables' on top. */
final class InterfaceNames {
    /** IFNAMSIZ without its NUL. */
    static final int MAX = 15;

    private InterfaceNames() {}

    static void check(String name) {
        // Stricter than the kernel, which takes any byte but '/', ':' and spaces: a '+' at the end means "all that
        // begin
        // so" to iptables, and a quote would end a word of its language.
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}")) {
            throw new IllegalArgumentException("not a name for an interface (1 to 15 of A-Z a-z 0-9 _ . -): " + name);
        }
    }
}
