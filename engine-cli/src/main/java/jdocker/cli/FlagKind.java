package jdocker.cli;

/** What a flag takes; its name in the help, and how a value is checked before anything is done with it. */
enum FlagKind {
    BOOL(""),
    STRING("string"),
    INT("int"),
    UINT16("uint16"),
    UINT("uint"),
    DURATION("duration"),
    BYTES("bytes"),
    SWAP_BYTES("bytes"),
    DECIMAL("decimal"),
    LIST("list"),
    STRINGS("strings"),
    FILTER("filter"),
    MAP("map"),
    ATTACH("list"),
    ENV("list"),
    LABEL("list"),
    IP("list"),
    DNS_SEARCH("list"),
    ADD_HOST("list"),
    LINK("list"),
    ULIMIT("ulimit"),
    SYSCTL("map"),
    MOUNT("mount"),
    NETWORK("network"),
    DEVICE_RULE("list"),
    WEIGHT_DEVICE("list"),
    BPS_DEVICE("list"),
    IOPS_DEVICE("list"),
    GPUS("gpu-request"),
    CAPABILITY("list");

    private final String typeName;

    FlagKind(String typeName) {
        this.typeName = typeName;
    }

    String typeName() {
        return typeName;
    }

    /** Whether every value given counts, not only the last. */
    boolean isRepeatable() {
        return switch (this) {
            case BOOL, STRING, INT, UINT16, UINT, DURATION, BYTES, SWAP_BYTES, DECIMAL -> false;
            case LIST,
                    STRINGS,
                    FILTER,
                    MAP,
                    ATTACH,
                    ENV,
                    LABEL,
                    IP,
                    DNS_SEARCH,
                    ADD_HOST,
                    LINK,
                    ULIMIT,
                    SYSCTL,
                    MOUNT,
                    NETWORK,
                    DEVICE_RULE,
                    WEIGHT_DEVICE,
                    BPS_DEVICE,
                    IOPS_DEVICE,
                    GPUS,
                    CAPABILITY -> true;
        };
    }

    /** Throws an {@link IllegalArgumentException} that says what is wrong with the value. */
    void check(String value) {
        switch (this) {
            case BOOL -> Values.bool(value);
            case INT -> Values.integer(value);
            case UINT16 -> Values.unsigned(value, 0xffff);
            case UINT -> Values.unsigned(value, Long.MAX_VALUE);
            case DURATION -> Durations.parse(value);
            case BYTES -> Units.parseSize(value);
            case SWAP_BYTES -> Values.swap(value);
            case DECIMAL -> Values.nanoCpus(value);
            case FILTER -> Values.filter(value);
            case ATTACH -> Values.attach(value);
            case ENV -> Values.environmentName(value);
            case LABEL -> Values.label(value);
            case IP -> Values.ipAddress(value);
            case DNS_SEARCH -> Values.dnsSearch(value);
            case ADD_HOST -> Values.addHost(value);
            case LINK -> Values.link(value);
            case ULIMIT -> Values.ulimit(value);
            case SYSCTL -> Values.sysctl(value);
            case MOUNT -> MountOption.parse(value);
            case NETWORK -> NetworkOption.parse(value);
            case DEVICE_RULE -> Values.deviceRule(value);
            case WEIGHT_DEVICE -> Values.weightDevice(value);
            case BPS_DEVICE -> Values.bytesPerSecond(value);
            case IOPS_DEVICE -> Values.operationsPerSecond(value);
            case GPUS -> GpuOption.parse(value);
            case STRING, LIST, STRINGS, MAP, CAPABILITY -> {
                // Any text will do; the daemon judges it.
            }
        }
    }
}
