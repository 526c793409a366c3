package jdocker.image;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a user shows to a registry; empty parts are absent.
 *
 * @param identityToken stands for user and password at the token server
 * @param registryToken is shown to the registry as it is
 */
public record RegistryCredentials(String username, String password, String identityToken, String registryToken) {

    public static final RegistryCredentials NONE = new RegistryCredentials("", "", "", "");

    boolean hasPassword() {
        return !username.isEmpty() && !password.isEmpty();
    }

    /** The value of an Authorization header. */
    String basic() {
        return "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "RegistryCredentials[" + username + "]"; // never the secrets
    }
}
