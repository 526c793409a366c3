package jdocker.daemon.container;

import java.util.List;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;

/**
 * The {@code --security-opt} values.
 *
 * @param noNewPrivileges empty for the daemon's setting
 * @param appArmor the profile's name, or {@code unconfined}; empty for the default
 * @param seccomp {@code unconfined}, {@code builtin} or a profile as JSON; empty for the default
 * @param unmaskedSystemPaths nothing of /proc and /sys is hidden
 */
record SecurityOptions(
        Optional<Boolean> noNewPrivileges,
        Optional<String> appArmor,
        Optional<String> seccomp,
        boolean unmaskedSystemPaths,
        List<String> warnings) {

    /**
     * @throws InvalidRequest for an option that Docker does not know either
     */
    static SecurityOptions parse(List<String> options) {
        Optional<Boolean> noNewPrivileges = Optional.empty();
        Optional<String> appArmor = Optional.empty();
        boolean unmasked = false;
        Optional<String> seccomp = Optional.empty();
        var warnings = new java.util.ArrayList<String>();
        for (String option : options) {
            int split = option.indexOf('=') < 0 ? option.indexOf(':') : option.indexOf('=');
            String name = split < 0 ? option : option.substring(0, split);
            String value = split < 0 ? "" : option.substring(split + 1);
            switch (name) {
                case "no-new-privileges" -> noNewPrivileges = Optional.of(flag(option, value));
                case "seccomp" -> seccomp = Optional.of(value);
                case "systempaths" -> unmasked = unconfined(option, value);
                case "apparmor" -> appArmor = Optional.of(value);
                case "label" -> {
                    if (!value.equals("disable")) {
                        warnings.add(
                                "SELinux labels are not supported by this engine; \"" + option + "\" has no effect");
                    }
                }
                default -> throw new InvalidRequest("invalid --security-opt 2: \"" + option + "\"");
            }
        }
        return new SecurityOptions(noNewPrivileges, appArmor, seccomp, unmasked, List.copyOf(warnings));
    }

    private static boolean flag(String option, String value) {
        return switch (value) {
            case "", "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default -> throw new InvalidRequest("invalid --security-opt 2: \"" + option + "\"");
        };
    }

    private static boolean unconfined(String option, String value) {
        if (!value.equals("unconfined")) {
            throw new InvalidRequest("invalid --security-opt 2: \"" + option + "\"");
        }
        return true;
    }
}
