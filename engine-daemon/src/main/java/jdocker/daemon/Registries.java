package jdocker.daemon;

import java.net.URI;
import java.util.List;
import java.util.Map;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.image.ImageEngine;
import jdocker.daemon.image.ImageGarbage;
import jdocker.daemon.image.ImageRegistries;
import jdocker.daemon.image.KeepBlobs;
import jdocker.daemon.system.EngineVersion;
import jdocker.image.PartialBlobs;
import jdocker.image.RegistryClient;
import jdocker.image.RegistryProxies;
import jdocker.image.RegistrySettings;

/** The settings of registries, as the image store wants them. */
final class Registries {
    private Registries() {}

    static ImageRegistries open(ImageEngine images, DaemonConfig settings) {
        DaemonConfig.Registries own = settings.registries();
        PartialBlobs partials = PartialBlobs.open(settings.roots().data());
        return new ImageRegistries(
                images,
                new RegistryClient(client(settings)),
                partials,
                policy(settings),
                new ImageGarbage(
                        images,
                        partials,
                        settings.roots().data(),
                        new ImageGarbage.Watermarks(own.highWatermark(), own.lowWatermark())));
    }

    /** After the configuration was read again. */
    static void configure(ImageRegistries registries, DaemonConfig settings) {
        registries.configure(client(settings), policy(settings));
    }

    private static ImageRegistries.Policy policy(DaemonConfig settings) {
        DaemonConfig.Registries own = settings.registries();
        return new ImageRegistries.Policy(own.downloads(), own.uploads(), own.nondistributable(), keepBlobs(settings));
    }

    static KeepBlobs keepBlobs(DaemonConfig settings) {
        return settings.registries().keepBlobs() ? KeepBlobs.ALWAYS : KeepBlobs.NEVER;
    }

    private static RegistrySettings client(DaemonConfig settings) {
        DaemonConfig.Registries own = settings.registries();
        List<RegistrySettings.Mirror> mirrors = own.mirrors().stream()
                .map(text -> text.split("=", 2))
                .map(pair -> new RegistrySettings.Mirror(pair[0], URI.create(pair[1])))
                .toList();
        return new RegistrySettings(
                mirrors,
                own.insecure(),
                RegistrySettings.DEFAULT.certificates(),
                proxies(settings.proxies(), System.getenv()),
                own.attempts(),
                RegistrySettings.DEFAULT.stall(),
                "jdocker/" + EngineVersion.own());
    }

    /** As dockerd: what is configured counts before what the environment says. */
    private static RegistryProxies proxies(DaemonConfig.Proxies given, Map<String, String> environment) {
        return new RegistryProxies(
                either(given.http(), environment, "HTTP_PROXY"),
                either(given.https(), environment, "HTTPS_PROXY"),
                either(given.none(), environment, "NO_PROXY"));
    }

    private static String either(String given, Map<String, String> environment, String name) {
        String lower = environment.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "");
        return given.isEmpty() ? environment.getOrDefault(name, lower) : given;
    }
}
