package jdocker.daemon.image;

import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.error.EngineException.RemoteFailure;
import jdocker.daemon.error.EngineException.Unauthorized;
import jdocker.image.ImageRef;
import jdocker.image.RegistryException;

/** What registries refuse, in Docker's words and with its statuses. */
final class RegistryFailures {
    private RegistryFailures() {}

    static EngineException of(ImageRef name, RegistryException failure) {
        String said = String.valueOf(failure.getMessage());
        return switch (failure.kind()) {
            case UNAUTHORIZED ->
                said.startsWith("denied")
                        ? new NotFound("pull access denied for " + name.familiarName()
                                + ", repository does not exist or may require 'docker login': " + said)
                        : new Unauthorized(said);
            case NOT_FOUND ->
                new NotFound(
                        said.startsWith("manifest unknown")
                                ? "manifest for " + name.familiar() + " not found: " + said
                                : said.startsWith("name unknown")
                                        ? "repository " + name.familiarName() + " not found: " + said
                                        : said);
            case REFUSED -> new InvalidRequest(said);
            case WRONG_CONTENT, UNAVAILABLE -> new RemoteFailure(said);
        };
    }
}
