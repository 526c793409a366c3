package jdocker.cli;

import java.util.List;

/** The flags that stand before the command. */
final class Globals {
    final FlagSet flags = new FlagSet().stopAtArgument();
    final Flag config = flags.string("config", "Directory of the client's configuration (default ~/.docker)");
    final Flag context = flags.string("context", 'c', "Context to connect by (overrides DOCKER_HOST)");
    final Flag debug = flags.bool("debug", 'D', "Enable debug mode");
    final Flag host = flags.of(FlagKind.LIST, "host", 'H', "Daemon socket to connect to");
    final Flag logLevel = flags.add(new Flag(
            "log-level",
            'l',
            FlagKind.STRING,
            "info",
            "Logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")"));
    final Flag tls = flags.bool("tls", "Use TLS; implied by --tlsverify").hide();
    final Flag tlsVerify =
            flags.bool("tlsverify", "Use TLS and verify the remote").hide();
    final Flag tlsCaCert =
            flags.string("tlscacert", "Trust only certificates of this CA").hide();
    final Flag tlsCert = flags.string("tlscert", "TLS certificate file").hide();
    final Flag tlsKey = flags.string("tlskey", "TLS key file").hide();
    final Flag version = flags.bool("version", 'v', "Print version information and quit");

    private static final List<String> LEVELS = List.of("debug", "info", "warn", "error", "fatal", "panic", "trace");

    void check() {
        if (!LEVELS.contains(logLevel.text())) {
            throw new CliError("unable to parse logging level: " + logLevel.text());
        }
        if (host.values().size() > 1) {
            throw new CliError("specify only one -H");
        }
        if (context.isSet() && host.isSet()) {
            throw new CliError("conflicting options: cannot specify both --host and --context");
        }
        if (tls.isOn() || tlsVerify.isOn()) {
            throw new CliError("TLS is not supported yet; use a unix socket, or tcp:// through a tunnel");
        }
    }
}
