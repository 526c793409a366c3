package jdocker.daemon.system;

import java.nio.file.Path;
import java.util.List;
import jdocker.api.ContainerSummary;
import jdocker.api.DiskUsage;
import jdocker.api.ImageSummary;
import jdocker.daemon.config.ConfigException;
import jdocker.daemon.config.ConfigReader;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.container.ListedRoutes;
import jdocker.daemon.event.EventLog;
import jdocker.daemon.http.Router;
import jdocker.daemon.image.ImageCareRoutes;
import jdocker.daemon.image.ImageCreationRoutes;
import jdocker.daemon.image.ImageEngine;
import jdocker.daemon.image.ImageRoutes;
import jdocker.daemon.image.ImageUsers;
import jdocker.daemon.image.KeepBlobs;
import jdocker.daemon.image.RegistryRoutes;

/** The routes of the whole engine, with nothing behind them: to be listed, not called. */
final class AllRoutes {
    private AllRoutes() {}

    static Router router() {
        Router router = new Router();
        EventLog none = new EventLog(new NoEvents(), 0);
        new SystemRoutes(
                        new EngineInfo(
                                "id",
                                AllRoutes::config,
                                () -> new ObjectCounts(0, 0, 0, 0),
                                none,
                                Path.of("/"),
                                new EngineInfo.Isolation("cgroupfs", false)),
                        none)
                .addTo(router);
        ListedRoutes.addTo(router);
        var images = new ImageEngine(null, null, null, ImageUsers.NONE, KeepBlobs.ALWAYS);
        new ImageRoutes(images).addTo(router);
        new ImageCreationRoutes(images, null, null).addTo(router);
        new RegistryRoutes(null).addTo(router);
        new ImageCareRoutes(images, _ -> 0).addTo(router);
        new DiskUsageRoutes(new NoUsage()).addTo(router);
        return router;
    }

    private record NoUsage() implements DiskUsageRoutes.Source {
        @Override
        public long layersSize() {
            return 0;
        }

        @Override
        public List<ImageSummary> images() {
            return List.of();
        }

        @Override
        public List<ContainerSummary> containers() {
            return List.of();
        }

        @Override
        public List<DiskUsage.VolumeUsage> volumes() {
            return List.of();
        }
    }

    static DaemonConfig config() {
        try {
            return new ConfigReader(List.of(), Path.of("/")).read();
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }
}
