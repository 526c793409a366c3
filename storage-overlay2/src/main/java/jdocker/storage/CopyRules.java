package jdocker.storage;

import java.util.Optional;

/**
 * How an archive is put into a container.
 *
 * @param keepKinds a directory is never replaced by anything else, nor the other way round
 * @param owner of all that is made; empty for those that the archive names
 */
public record CopyRules(boolean keepKinds, Optional<Owner> owner) {

    /** A user and a group by number. */
    public record Owner(long uid, long gid) {}
}
