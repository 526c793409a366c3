package jdocker.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.daemon.config.DaemonConfig.Host;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.AddressPools;
import jdocker.network.address.HostAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    @TempDir
    Path directory;

    private DaemonConfig read(String... arguments) throws ConfigException {
        return new ConfigReader(List.of(arguments), directory).read();
    }

    private DaemonConfig readWithFile(String json, String... arguments) throws ConfigException, IOException {
        Path file = directory.resolve("daemon.json");
        Files.writeString(file, json);
        var all = new ArrayList<>(List.of(arguments));
        all.add("--config-file=" + file);
        return read(all.toArray(String[]::new));
    }

    private static List<String> problems(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var problems = new ArrayList<String>();
        assertThatThrownBy(call).isInstanceOfSatisfying(ConfigException.class, e -> problems.addAll(e.problems()));
        return problems;
    }

    @Test
    void nothingGivenMeansTheDefaults() throws ConfigException {
        DaemonConfig config = read();
        assertThat(config.roots())
                .isEqualTo(new DaemonConfig.Roots(Path.of("/var/lib/jdocker"), Path.of("/run/jdocker")));
        assertThat(config.service().hosts()).containsExactly(new Host.Unix(Path.of("/run/jdocker.sock")));
        assertThat(config.service().group()).isEqualTo("docker");
        assertThat(config.service().liveRestore()).isTrue();
        assertThat(config.service().pidFile()).isEqualTo(Path.of("/run/jdocker/jdockerd.pid"));
        assertThat(config.containers().cgroupParent()).as("the driver decides").isEmpty();
        assertThat(config.containers().logDriver()).isEqualTo("json-file");
        assertThat(config.containers().logOptions()).isEqualTo(Map.of("max-size", "10m", "max-file", "3"));
        assertThat(config.containers().shmSize()).isEqualTo(64L << 20);
        assertThat(config.log().debug()).isFalse();
        assertThat(config.notes()).isEmpty();
    }

    @Test
    void flagsAreReadInAllTheirForms() throws ConfigException {
        DaemonConfig config = read(
                "-D",
                "--data-root",
                "/d",
                "--exec-root=rel",
                "-H",
                "unix:///a.sock",
                "-Hfd://",
                "--host=fd://4",
                "-p=/x.pid",
                "--live-restore=false",
                "--shutdown-timeout",
                "30",
                "--label",
                "a=b",
                "--label=c=d",
                "--log-opt",
                "max-size=1m",
                "--log-opt=labels=x,y",
                "--default-ulimit",
                "nofile=1024:4096",
                "--default-shm-size=128M",
                "--init",
                "-l",
                "warn",
                "--feature",
                "x=true");
        assertThat(config.log().debug()).isTrue();
        assertThat(config.roots()).isEqualTo(new DaemonConfig.Roots(Path.of("/d"), directory.resolve("rel")));
        assertThat(config.service().hosts())
                .containsExactly(
                        new Host.Unix(Path.of("/a.sock")),
                        new Host.Activated(Optional.empty()),
                        new Host.Activated(Optional.of(4)));
        assertThat(config.service().pidFile()).isEqualTo(Path.of("/x.pid"));
        assertThat(config.service().liveRestore()).isFalse();
        assertThat(config.service().shutdownTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.service().labels()).containsExactly("a=b", "c=d");
        assertThat(config.service().features()).isEqualTo(Map.of("x", true));
        assertThat(config.containers().logOptions())
                .isEqualTo(Map.of("max-size", "1m", "max-file", "3", "labels", "x,y"));
        assertThat(config.containers().ulimits()).isEqualTo(Map.of("nofile", new DaemonConfig.Ulimit(1024, 4096)));
        assertThat(config.containers().shmSize()).isEqualTo(128L << 20);
        assertThat(config.containers().init()).isTrue();
    }

    @Test
    void aFileOfDockersIsUnderstood() throws Exception {
        DaemonConfig config = readWithFile("""
                {
                  "data-root": "/mnt/docker",
                  "debug": true,
                  "hosts": ["unix:///var/run/docker.sock"],
                  "log-driver": "json-file",
                  "log-opts": {"max-size": "5m", "max-file": "2"},
                  "registry-mirrors": ["https://mirror.example"],
                  "insecure-registries": [],
                  "exec-opts": ["native.cgroupdriver=cgroupfs"],
                  "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 64000, "Soft": 32000}},
                  "default-address-pools": [{"base": "172.30.0.0/16", "size": 24}],
                  "runtimes": {"nvidia": {"path": "nvidia-container-runtime"}},
                  "features": {"buildkit": true},
                  "builder": {"gc": {"enabled": true}},
                  "proxies": {"http-proxy": "http://proxy:3128", "no-proxy": "localhost"},
                  "storage-driver": "overlay2",
                  "live-restore": true,
                  "bip": "10.1.0.1/24",
                  "tls": false,
                  "labels": []
                }
                """);
        assertThat(config.roots().data()).isEqualTo(Path.of("/mnt/docker"));
        assertThat(config.log().debug()).isTrue();
        assertThat(config.service().hosts()).containsExactly(new Host.Unix(Path.of("/var/run/docker.sock")));
        assertThat(config.containers().logOptions()).isEqualTo(Map.of("max-size", "5m", "max-file", "2"));
        assertThat(config.containers().ulimits()).isEqualTo(Map.of("nofile", new DaemonConfig.Ulimit(32000, 64000)));
        assertThat(config.service().features()).isEqualTo(Map.of("buildkit", true));
        assertThat(config.proxies()).isEqualTo(new DaemonConfig.Proxies("http://proxy:3128", "", "localhost"));
        assertThat(config.networks().bip())
                .contains(HostAddress.parse("10.1.0.1/24").orElseThrow());
        assertThat(config.networks().pools())
                .containsExactly(new AddressPools.Pool(AddressBlock.of("172.30.0.0/16"), 24));
        assertThat(config.notes()).contains("builder has no effect: builds are not supported yet");
    }

    @Test
    void networkSettingsAreReadFromFlags() throws Exception {
        DaemonConfig.Networks networks = read(
                        "--bip=10.9.0.1/24",
                        "--fixed-cidr=10.9.0.128/25",
                        "--mtu=1400",
                        "--icc=false",
                        "--ip=127.0.0.1",
                        "--ip-forward=false",
                        "--userland-proxy=false",
                        "--default-address-pool",
                        "base=10.10.0.0/16,size=24",
                        "--default-network-opt=bridge=com.docker.network.driver.mtu=1450",
                        "--host-gateway-ip=10.0.0.9")
                .networks();

        assertThat(networks.mtu()).isEqualTo(1400);
        assertThat(networks.icc()).isFalse();
        assertThat(networks.publishAddress()).map(Object::toString).contains("127.0.0.1");
        assertThat(networks.kernel().ipForward()).isFalse();
        assertThat(networks.kernel().userlandProxy()).isFalse();
        assertThat(networks.pools()).extracting(Object::toString).hasSize(1);
        assertThat(networks.defaultOptions())
                .isEqualTo(Map.of("bridge", Map.of("com.docker.network.driver.mtu", "1450")));
        assertThat(networks.hostGateways()).extracting(Object::toString).containsExactly("10.0.0.9");
    }

    @Test
    void everythingWrongWithNetworkSettingsIsSaidAtOnce() {
        assertThat(problems(() -> read(
                        "--bip=10.9.0.1",
                        "--fixed-cidr-v6=10.0.0.0/8",
                        "--mtu=5",
                        "--ip=localhost",
                        "--default-address-pool=base=10.10.0.0/16,size=8",
                        "--default-address-pool=10.10.0.0/16",
                        "--icc=false",
                        "--iptables=false",
                        "--dns=nowhere",
                        "--host-gateway-ip=x")))
                .hasSize(9);
        assertThat(problems(() -> read("--bridge=br0", "--bip=10.0.0.1/24")))
                .singleElement()
                .asString()
                .contains("mutually exclusive");
    }

    @Test
    void whatIsSetTwiceIsRefusedInDockersWords() {
        assertThat(problems(() ->
                        readWithFile("{\"hosts\":[\"fd://\"],\"debug\":true}", "-H", "unix:///x", "--debug=true")))
                .singleElement()
                .asString()
                .endsWith("the following directives are specified both as a flag and in the configuration file:"
                        + " hosts: (from flag: [unix:///x], from file: [fd://]),"
                        + " debug: (from flag: true, from file: true)");
    }

    @Test
    void unknownKeysAreRefusedInDockersWords() {
        assertThat(problems(() -> readWithFile("{\"data-rot\":\"/x\",\"proxies\":{\"ftp\":\"y\"},\"debug\":true}")))
                .singleElement()
                .asString()
                .endsWith("the following directives don't match any configuration option: data-rot, proxies.ftp");
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        assertThat(problems(() -> readWithFile(
                        "{\"debug\":\"yes\",\"nonsense\":1}",
                        "--frobnicate",
                        "-x",
                        "-H",
                        "tcp://0.0.0.0:2375",
                        "--label=nothing",
                        "--shutdown-timeout=soon",
                        "--userns-remap=default",
                        "--tlsverify",
                        "--authorization-plugin=p",
                        "--storage-driver=btrfs",
                        "--exec-opt=native.cgroupdriver=none",
                        "--cgroup-parent=a/b.slice",
                        "--log-opt=colour=red",
                        "--default-shm-size=big")))
                .anyMatch(p -> p.equals("unknown flag: --frobnicate"))
                .anyMatch(p -> p.startsWith("unknown shorthand flag: 'x'"))
                .anyMatch(p -> p.contains("debug: wrong type of value: string"))
                .anyMatch(p -> p.contains("don't match any configuration option: nonsense"))
                .anyMatch(p -> p.startsWith("cannot listen on 'tcp://0.0.0.0:2375': TCP is served with TLS only"))
                .anyMatch(p -> p.equals("invalid label 'nothing': must be in format 'key=value'"))
                .anyMatch(p -> p.contains("\"soon\" for --shutdown-timeout"))
                .anyMatch(p -> p.equals("--userns-remap: user namespaces are not supported yet"))
                .anyMatch(p -> p.equals("--tlsverify: TLS is not supported yet"))
                .anyMatch(p -> p.startsWith("--authorization-plugin: "))
                .anyMatch(p -> p.equals("storage-driver 'btrfs' is not supported; there is overlay2"))
                .anyMatch(p -> p.startsWith("unknown exec-opt 'native.cgroupdriver=none'"))
                .anyMatch(p -> p.startsWith("invalid cgroup-parent 'a/b.slice'"))
                .anyMatch(p -> p.equals("unknown log opt 'colour' for json-file log driver"))
                .anyMatch(p -> p.contains("\"big\" for --default-shm-size"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"debug\":true}{}", "{\"debug\":true,\"debug\":true}", "nonsense"})
    void aFileThatIsNoConfigurationIsRefused(String json) {
        assertThat(problems(() -> readWithFile(json))).isNotEmpty();
    }

    @Test
    void anEmptyFileIsFineAndAMissingOneIsNot() throws Exception {
        assertThat(readWithFile(" \n").roots().data()).isEqualTo(Path.of("/var/lib/jdocker"));
        assertThat(problems(() -> read("--config-file", "/nowhere/daemon.json")))
                .singleElement()
                .asString()
                .startsWith("cannot read /nowhere/daemon.json");
    }

    @ParameterizedTest(name = "{0} is {1} bytes")
    @CsvSource({
        "0, 0",
        "64M, 67108864",
        "64m, 67108864",
        "1g, 1073741824",
        "1GiB, 1073741824",
        "512kb, 524288",
        "100b, 100"
    })
    void sizesAreRead(String text, long bytes) throws ConfigException {
        assertThat(read("--default-shm-size", text).containers().shmSize()).isEqualTo(bytes);
    }

    @Test
    void refusedSettingsThatAskForNothingPass() throws ConfigException {
        assertThat(read("--tls=false", "--userns-remap=", "--selinux-enabled=false")
                        .notes())
                .isEmpty();
    }

    @Test
    void theFlagsThatStartAndStopAreSeen() {
        assertThat(new ConfigReader(List.of("--help"), directory).wantsHelp()).isTrue();
        assertThat(new ConfigReader(List.of("-v"), directory).wantsVersion()).isTrue();
        assertThat(new ConfigReader(List.of("--validate"), directory).onlyValidates())
                .isTrue();
        assertThat(new ConfigReader(List.of(), directory).wantsHelp()).isFalse();
        assertThat(ConfigReader.help()).contains("-H, --host list").contains("--data-root string");
    }

    @Test
    void aReloadTakesWhatCanChangeAndNamesTheRest() throws Exception {
        Path file = directory.resolve("daemon.json");
        Files.writeString(file, "{}");
        var live = new LiveConfig(new ConfigReader(List.of("--config-file", file.toString()), directory));
        Files.writeString(
                file, "{\"debug\":true,\"labels\":[\"a=b\"],\"data-root\":\"/other\",\"live-restore\":false}");
        assertThat(live.reload()).containsExactly("data-root, exec-root");
        assertThat(live.get().log().debug()).isTrue();
        assertThat(live.get().service().labels()).containsExactly("a=b");
        assertThat(live.get().service().liveRestore()).isFalse();
        assertThat(live.get().roots().data()).isEqualTo(Path.of("/var/lib/jdocker"));
        Files.writeString(file, "{\"debug\":");
        assertThatThrownBy(live::reload).isInstanceOf(ConfigException.class);
        assertThat(live.get().log().debug()).isTrue();
    }

    @Test
    void howRegistriesAreReachedCanChangeWhileTheDaemonRuns() throws Exception {
        Path file = directory.resolve("daemon.json");
        Files.writeString(file, "{\"insecure-registries\":[\"old.example:5000\"]}");
        var live = new LiveConfig(new ConfigReader(List.of("--config-file", file.toString()), directory));
        Files.writeString(
                file,
                "{\"insecure-registries\":[\"new.example\"],\"registry-mirrors\":[\"https://mirror.example\"],"
                        + "\"max-concurrent-downloads\":7,\"keep-blobs\":\"never\"}");
        assertThat(live.reload()).containsExactly("keep-blobs");
        assertThat(live.get().registries().insecure()).containsExactly("new.example");
        assertThat(live.get().registries().mirrors()).containsExactly("docker.io=https://mirror.example");
        assertThat(live.get().registries().downloads()).isEqualTo(7);
        assertThat(live.get().registries().keepBlobs()).isTrue();
    }

    /** The flags of dockerd 28 as its users give them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--config-file",
                "--data-root",
                "--exec-root",
                "--pidfile",
                "--host",
                "--debug",
                "--iptables",
                "--ip6tables",
                "--live-restore",
                "--authorization-plugin",
                "--storage-driver",
                "--userland-proxy",
                "--bridge",
                "--bip",
                "--ipv6",
                "--fixed-cidr",
                "--fixed-cidr-v6",
                "--log-driver",
                "--log-opt",
                "--insecure-registry",
                "--registry-mirror",
                "--default-runtime",
                "--add-runtime",
                "--default-ulimit",
                "--default-shm-size",
                "--default-ipc-mode",
                "--default-cgroupns-mode",
                "--default-address-pool",
                "--init",
                "--dns",
                "--dns-search",
                "--dns-opt",
                "--http-proxy",
                "--https-proxy",
                "--no-proxy",
                "--feature",
                "--userns-remap",
                "--validate",
                "--experimental",
                "--firewall-backend",
                "--oom-score-adjust",
                "--cgroup-parent",
                "--exec-opt",
                "--icc",
                "--ip",
                "--ip-forward",
                "--ip-masq",
                "--mtu",
                "--label",
                "--group",
                "--tls",
                "--tlscacert",
                "--tlscert",
                "--tlskey",
                "--tlsverify",
                "--containerd",
                "--containerd-namespace",
                "--containerd-plugins-namespace"
            })
    void everyFlagOfDockerdIsKnown(String flag) {
        assertThat(Setting.byFlag(flag.substring(2))).isPresent();
    }

    @Test
    void tellsThatNetworksKeepTheirSettingsUntilARestart() throws Exception {
        Path file = Files.writeString(directory.resolve("daemon.json"), "{\"bip\":\"10.9.0.1/24\"}");
        var live = new LiveConfig(new ConfigReader(List.of("--config-file", file.toString()), directory));
        Files.writeString(file, "{\"bip\":\"10.8.0.1/24\",\"dns\":[\"10.0.0.53\"],\"icc\":false}");

        assertThat(live.reload()).containsExactly("dns, dns-search, dns-opts", "settings of networks");
        assertThat(live.get().networks().bip().orElseThrow().toString()).startsWith("10.9.0.1");
        assertThat(live.get().dns().servers()).isEmpty();
    }
}
