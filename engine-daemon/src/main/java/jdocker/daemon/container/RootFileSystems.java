package jdocker.daemon.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.api.MountPoint;
import jdocker.storage.FileChange;

/** The containers' root file systems, as the lifecycle needs them. Makes native calls. */
public interface RootFileSystems {

    /** A root that is mounted. */
    interface MountedRoot extends AutoCloseable {
        Path path();

        /**
         * @throws jdocker.daemon.error.EngineException.InvalidRequest when there is no such user or group
         */
        ProcessUser user(String spec, List<String> groups);

        /** Makes a directory of root's, and those above it, unless it exists. */
        void makeDirectory(String path);

        /** Lets go of descriptors; the mount stays. */
        @Override
        void close();
    }

    /** Makes the container's own layer over its image. */
    void prepare(String id, Optional<String> topLayer);

    /** Mounts the root unless it is; it stays until {@link #unmount}. */
    MountedRoot mount(String id);

    boolean isMounted(String id);

    /** No failure when it is not mounted. */
    void unmount(String id);

    /** Removes the container's own layer; no failure when there is none. */
    void remove(String id);

    /** Containers of which there is a layer. */
    Set<String> ids();

    /** What inspect shows of the layers. */
    Map<String, String> graphData(String id, Optional<String> topLayer);

    /** In what the container's files differ from its image's. */
    List<FileChange> changes(String id, Optional<String> topLayer);

    /** All files of a container but those of its volumes, whether it runs or not. */
    ContainerTree whole(String id);

    /**
     * The files that a process sees, with all that is mounted.
     *
     * @throws jdocker.daemon.error.EngineException.Conflict when the process has ended
     */
    ContainerTree running(long pid, long startTime);

    /**
     * The files that a container would see if it ran. For writing the caller holds its lock, as it must not start.
     */
    ContainerTree stopped(String id, List<MountPoint> volumes, boolean writable);

    /**
     * Gives a container that is not mounted what another engine's container on the same image has written.
     *
     * @param upper the writable layer of an overlay2 container
     * @throws jdocker.daemon.error.EngineException.InvalidRequest when it is none, or in use, or cannot be copied
     */
    void takeOver(String id, Path upper);

    /** Bytes in the container's own layer. */
    long size(String id);
}
