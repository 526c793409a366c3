package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /containers/{id}/json}. */
@WireRecord
public record ContainerInspect(
        String id,
        String created,
        String path,
        List<String> args,
        ContainerStateView state,
        String image,
        String resolvConfPath,
        String hostnamePath,
        String hostsPath,
        String logPath,
        String name,
        int restartCount,
        String driver,
        String platform,
        String mountLabel,
        String processLabel,
        String appArmorProfile,
        @JsonProperty("ExecIDs") @Nullable List<String> execIds,
        HostConfig hostConfig,
        GraphDriver graphDriver,
        @OmitNull @Nullable Long sizeRw,
        @OmitNull @Nullable Long sizeRootFs,
        List<MountPoint> mounts,
        ContainerConfig config,
        NetworkSettings networkSettings) {
    public ContainerInspect {
        id = Wire.text(id);
        created = Wire.text(created);
        path = Wire.text(path);
        args = Wire.list(args);
        image = Wire.text(image);
        resolvConfPath = Wire.text(resolvConfPath);
        hostnamePath = Wire.text(hostnamePath);
        hostsPath = Wire.text(hostsPath);
        logPath = Wire.text(logPath);
        name = Wire.text(name);
        driver = Wire.text(driver);
        platform = Wire.text(platform);
        mountLabel = Wire.text(mountLabel);
        processLabel = Wire.text(processLabel);
        appArmorProfile = Wire.text(appArmorProfile);
        execIds = Wire.nullable(execIds);
        mounts = Wire.list(mounts);
    }
}
