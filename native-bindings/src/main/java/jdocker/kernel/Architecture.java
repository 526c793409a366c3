package jdocker.kernel;

/** The processor family that this process runs on: system call numbers and some flag values differ. */
enum Architecture {
    X86_64,
    AARCH64;

    static final Architecture CURRENT = of(System.getProperty("os.arch", ""));

    static Architecture of(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> throw new UnsupportedOperationException("no system call numbers for processor '" + name + "'");
        };
    }

    /** One of two values of a kernel constant. */
    int choose(int x8664, int aarch64) {
        return this == X86_64 ? x8664 : aarch64;
    }
}
