package jdocker.runtime;

import java.nio.file.Path;
import jdocker.oci.OciProcess;
import jdocker.oci.RuntimeSpec;

/**
 * A process to be started in a running container.
 *
 * @param container the container's process 1, as it was started
 * @param spec what the container was started with: its filter and its cgroup hold for this process too
 * @param process what to run; its capabilities are the container's unless the user asked for more
 * @param runDir a directory of its own below the exec root; made if missing
 */
public record ExecRequest(
        String containerId,
        String execId,
        RunningRef container,
        RuntimeSpec spec,
        OciProcess process,
        Path runDir,
        Streams streams) {
    ExecRequest withProcess(OciProcess changed) {
        return new ExecRequest(containerId, execId, container, spec, changed, runDir, streams);
    }
}
