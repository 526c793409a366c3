package jdocker.daemon.container;

import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.runtime.AppArmor;

/**
 * How containers are confined that do not say otherwise.
 *
 * @param seccomp {@code builtin}, {@code unconfined}, or a profile as JSON
 */
public record SecurityDefaults(boolean noNewPrivileges, String seccomp, AppArmor appArmor) {
    /** Docker's own, on a host without AppArmor. */
    public static final SecurityDefaults DOCKER = new SecurityDefaults(false, "builtin", AppArmor.none());

    /**
     * @throws InvalidRequest when the profile is none
     */
    public SecurityDefaults {
        if (!seccomp.isEmpty() && !seccomp.equals("builtin") && !seccomp.equals("unconfined")) {
            SpecBuilder.customSeccomp(seccomp);
        }
    }

    /**
     * With the profile that a file holds: what is a word in the settings is none there, and neither is nothing at all.
     *
     * @throws InvalidRequest when the profile is none
     */
    public static SecurityDefaults withProfile(boolean noNewPrivileges, String json, AppArmor appArmor) {
        SpecBuilder.customSeccomp(json);
        return new SecurityDefaults(noNewPrivileges, json, appArmor);
    }
}
