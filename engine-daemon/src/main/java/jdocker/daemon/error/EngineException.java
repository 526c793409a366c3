package jdocker.daemon.error;

/**
 * A failure that a client can act on. The message is sent to the client as it is, so it is written for the client:
 * what failed, with which values, why. Whatever else is thrown by a handler becomes a 500 and is logged.
 */
public abstract sealed class EngineException extends RuntimeException {

    private EngineException(String message) {
        super(message);
    }

    /** The request makes no sense as it stands: 400. */
    public static final class InvalidRequest extends EngineException {
        public InvalidRequest(String message) {
            super(message);
        }
    }

    /** The credentials are missing, wrong, or not enough: 401. */
    public static final class Unauthorized extends EngineException {
        public Unauthorized(String message) {
            super(message);
        }
    }

    /** Understood and refused, whoever asks: 403. */
    public static final class Forbidden extends EngineException {
        public Forbidden(String message) {
            super(message);
        }
    }

    /** What was named does not exist: 404. */
    public static final class NotFound extends EngineException {
        public NotFound(String message) {
            super(message);
        }
    }

    /** The object's state or a name in use stands against it: 409. */
    public static final class Conflict extends EngineException {
        public Conflict(String message) {
            super(message);
        }
    }

    /** The request's body is larger than this route takes: 413. */
    public static final class TooLarge extends EngineException {
        public TooLarge(String message) {
            super(message);
        }
    }

    /** Docker can, this engine cannot yet: 501. */
    public static final class NotImplemented extends EngineException {
        public NotImplemented(String message) {
            super(message);
        }
    }

    /** Not now: the engine is stopping or overloaded, or is no swarm node: 503. */
    public static final class Unavailable extends EngineException {
        public Unavailable(String message) {
            super(message);
        }
    }

    /** Mostly that somebody else failed, such as a registry, and the message says how: 500, because Docker has it so. */
    public static final class RemoteFailure extends EngineException {
        public RemoteFailure(String message) {
            super(message);
        }
    }
}
