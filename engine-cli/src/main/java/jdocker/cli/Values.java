package jdocker.cli;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Readers of single flag values; what cannot be read is an {@link IllegalArgumentException} with docker's words. */
final class Values {
    private static final Set<String> SYSCTLS = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");
    private static final Set<String> ULIMITS = Set.of(
            "as",
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    private Values() {}

    /** A limit of the kind {@code nofile=1024:4096}; -1 is unlimited. */
    record Ulimit(String name, long soft, long hard) {}

    /** A block device and a number that concerns it. */
    record DeviceRate(String path, long rate) {}

    static boolean bool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default ->
                throw new IllegalArgumentException("strconv.ParseBool: parsing \"" + text + "\": invalid syntax");
        };
    }

    static long integer(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }

    static long unsigned(String text, long greatest) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException _) {
            value = -1;
        }
        if (value < 0) {
            throw new IllegalArgumentException("strconv.ParseUint: parsing \"" + text + "\": invalid syntax");
        }
        if (value > greatest) {
            throw new IllegalArgumentException("strconv.ParseUint: parsing \"" + text + "\": value out of range");
        }
        return value;
    }

    static long swap(String text) {
        return text.equals("-1") ? -1 : Units.parseSize(text);
    }

    static long nanoCpus(String text) {
        BigDecimal nanos;
        try {
            nanos = new BigDecimal(text).movePointRight(9);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("failed to parse " + text + " as a rational number");
        }
        try {
            return nanos.longValueExact();
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException("value is too precise");
        }
    }

    /** Name and value; the name in lower case. */
    static List<String> filter(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("bad format of filter (expected name=value)");
        }
        return List.of(
                text.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                text.substring(equals + 1).strip());
    }

    static String attach(String text) {
        String stream = text.toLowerCase(Locale.ROOT);
        return switch (stream) {
            case "stdin", "stdout", "stderr" -> stream;
            default -> throw new IllegalArgumentException("valid streams are STDIN, STDOUT and STDERR");
        };
    }

    static void environmentName(String text) {
        if (text.isEmpty() || text.charAt(0) == '=') {
            throw new IllegalArgumentException("invalid environment variable: " + text);
        }
    }

    static void label(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        if (name.strip().isEmpty()) {
            throw new IllegalArgumentException("invalid label '" + text + "': empty name");
        }
        if (name.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("label '" + text + "' contains whitespaces");
        }
    }

    static String ipAddress(String text) {
        String address = text.strip();
        // The JDK also knows addresses of fewer parts, which nobody means.
        boolean whole =
                address.contains(":") || address.chars().filter(c -> c == '.').count() == 3;
        try {
            if (whole) {
                return InetAddress.ofLiteral(address).getHostAddress();
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new IllegalArgumentException("IP address is not correctly formatted: " + text);
    }

    static String dnsSearch(String text) {
        String domain = text.strip();
        if (domain.equals(".")) {
            return domain;
        }
        String body = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
        boolean good = !body.isEmpty() && body.length() < 255 && body.chars().anyMatch(Values::isLetter);
        for (String part : body.split("\\.", -1)) {
            good &= !part.isEmpty()
                    && !part.startsWith("-")
                    && !part.endsWith("-")
                    && part.chars().allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || c == '-');
        }
        if (!good) {
            throw new IllegalArgumentException(text + " is not a valid domain");
        }
        return body;
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** {@code host:address}, whichever separator was used. */
    static String addHost(String text) {
        int split = text.indexOf('=');
        if (split < 0) {
            split = text.indexOf(':');
        }
        if (split <= 0) {
            throw new IllegalArgumentException("bad format for add-host: \"" + text + "\"");
        }
        String host = text.substring(0, split);
        String address = text.substring(split + 1);
        if (address.length() > 2 && address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        if (!address.equals("host-gateway")) {
            try {
                ipAddress(address);
            } catch (IllegalArgumentException _) {
                throw new IllegalArgumentException("invalid IP address in add-host: \"" + address + "\"");
            }
        }
        return host + ":" + address;
    }

    static void link(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty string specified for links");
        }
        if (text.split(":", -1).length > 2) {
            throw new IllegalArgumentException("bad format for links: " + text);
        }
    }

    static Ulimit ulimit(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("invalid ulimit argument: " + text);
        }
        String name = text.substring(0, equals);
        if (!ULIMITS.contains(name)) {
            throw new IllegalArgumentException("invalid ulimit type: " + name);
        }
        String[] limits = text.substring(equals + 1).split(":", -1);
        if (limits.length > 2) {
            throw new IllegalArgumentException("too many limit value arguments - " + text.substring(equals + 1)
                    + ", can only have up to two, `soft[:hard]`");
        }
        long soft = integer(limits[0]);
        long hard = limits.length == 2 ? integer(limits[1]) : soft;
        if (hard != -1 && (soft > hard || soft == -1)) {
            throw new IllegalArgumentException(
                    "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
        }
        return new Ulimit(name, soft, hard);
    }

    static void sysctl(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        if (equals < 0 || !(SYSCTLS.contains(name) || name.startsWith("net.") || name.startsWith("fs.mqueue."))) {
            throw new IllegalArgumentException("sysctl '" + text + "' is not allowed");
        }
    }

    static void deviceRule(String text) {
        String[] parts = text.split(" ", -1);
        boolean good = parts.length == 3 && parts[0].length() == 1 && "acb".contains(parts[0]);
        if (good) {
            String[] numbers = parts[1].split(":", -1);
            good = numbers.length == 2
                    && isNumberOrStar(numbers[0])
                    && isNumberOrStar(numbers[1])
                    && !parts[2].isEmpty()
                    && parts[2].length() <= 3
                    && parts[2].chars().allMatch(c -> "rwm".indexOf(c) >= 0);
        }
        if (!good) {
            throw new IllegalArgumentException("invalid device cgroup format '" + text + "'");
        }
    }

    private static boolean isNumberOrStar(String text) {
        return text.equals("*") || (!text.isEmpty() && text.chars().allMatch(Character::isDigit));
    }

    static DeviceRate weightDevice(String text) {
        int colon = devicePathEnd(text);
        String weight = text.substring(colon + 1);
        long value = -1;
        try {
            value = unsigned(weight, 0xffff);
        } catch (IllegalArgumentException _) {
            // Reported below.
        }
        if (value != 0 && (value < 10 || value > 1000)) {
            throw new IllegalArgumentException("invalid weight for device: " + text);
        }
        return new DeviceRate(text.substring(0, colon), value);
    }

    static DeviceRate bytesPerSecond(String text) {
        int colon = devicePathEnd(text);
        try {
            return new DeviceRate(text.substring(0, colon), Units.parseSize(text.substring(colon + 1)));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("invalid rate for device: " + text
                    + ". The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer."
                    + " Unit is optional and can be kb, mb, or gb");
        }
    }

    static DeviceRate operationsPerSecond(String text) {
        int colon = devicePathEnd(text);
        try {
            return new DeviceRate(text.substring(0, colon), unsigned(text.substring(colon + 1), Long.MAX_VALUE));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("invalid rate for device: " + text
                    + ". The correct format is <device-path>:<number>. Number must be a positive integer");
        }
    }

    private static int devicePathEnd(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("bad format: " + text);
        }
        if (!text.startsWith("/dev/")) {
            throw new IllegalArgumentException("bad format for device path: " + text);
        }
        return colon;
    }
}
