package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import jdocker.api.ContainerConfig;
import jdocker.api.HostConfig;
import jdocker.api.WireJson;
import jdocker.daemon.error.EngineException.InvalidRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
    private final ObjectMapper json = WireJson.newMapper();

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{}",
                "{'Memory':6291456,'MemorySwap':-1}",
                "{'NanoCpus':500000000}",
                "{'CapAdd':['ALL','net_admin']}",
                "{'SecurityOpt':['no-new-privileges','seccomp=unconfined','apparmor=unconfined']}",
                "{'NetworkMode':'host','Sysctls':{'kernel.shmmax':'1'}}",
                "{'Sysctls':{'net.core.somaxconn':'9'}}",
                "{'LogConfig':{'Type':'json-file','Config':{'max-size':'5m','max-file':'2'}}}",
                "{'LogConfig':{'Type':'none'}}",
                "{'RestartPolicy':{'Name':'on-failure','MaximumRetryCount':3}}",
                "{'Ulimits':[{'Name':'nofile','Soft':1024,'Hard':-1}]}",
                "{'IpcMode':'container:web'}",
                "{'CpusetCpus':'0'}",
                "{'ExtraHosts':['db:1.2.3.4']}"
            })
    void takesWhatDockerTakes(String host) {
        assertThatCode(() -> check("{}", host)).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    {'Memory':1024} | Minimum memory limit allowed is 6MB
                    {'Memory':10485760,'MemorySwap':9485760} | Minimum memoryswap limit should be larger than memory limit, see usage
                    {'MemorySwap':10485760} | You should always set the Memory limit when using Memoryswap limit, see usage
                    {'NanoCpus':1,'CpuPeriod':1000} | Conflicting options: Nano CPUs and CPU Period cannot both be set
                    {'CpuPeriod':1} | CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)
                    {'CpusetCpus':'x'} | Invalid value x for cpuset cpus
                    {'CapAdd':['NO_SUCH']} | invalid CapAdd: unknown capability: "NO_SUCH"
                    {'RestartPolicy':{'Name':'sometimes'}} | invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'
                    {'AutoRemove':true,'RestartPolicy':{'Name':'always'}} | can't create 'AutoRemove' container with restart policy
                    {'Sysctls':{'kernel.panic':'1'}} | sysctl 'kernel.panic' is not allowed: it does not belong to a namespace
                    {'NetworkMode':'host','Sysctls':{'net.core.somaxconn':'1'}} | sysctl 'net.core.somaxconn' not allowed in host network namespace
                    {'LogConfig':{'Type':'syslog'}} | logger: no log driver named 'syslog' is registered: this engine has json-file and none
                    {'LogConfig':{'Type':'json-file','Config':{'nope':'1'}}} | unknown log opt 'nope' for json-file log driver
                    {'Runtime':'kata'} | unknown or invalid runtime name: kata
                    {'IpcMode':'odd'} | invalid IPC mode: odd
                    {'PidMode':'container:web'} | sharing the PID namespace of a container: not supported by this engine
                    {'OomScoreAdj':2000} | Invalid value 2000, range for oom score adj is [-1000, 1000]
                    {'Ulimits':[{'Name':'nofile','Soft':20,'Hard':10}]} | ulimit soft limit must be less than or equal to hard limit: 20 > 10
                    {'ShmSize':-1} | SHM size can not be less than 0
                    {'DeviceRequests':[{'Count':1}]} | device requests (--gpus): not supported by this engine
                    {'SecurityOpt':['odd=1']} | invalid --security-opt 2: "odd=1"
                    {'ExtraHosts':['nocolon']} | bad format for add-host: "nocolon\"""")
    void refusesInDockersWords(String host, String message) {
        assertThatThrownBy(() -> check("{}", host))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    {'WorkingDir':'rel'} | the working directory 'rel' is invalid, it needs to be an absolute path
                    {'Env':['=x']} | invalid environment variable: =x
                    {'StopSignal':'SIGWHAT'} | invalid signal: SIGWHAT
                    {'Healthcheck':{'Interval':5}} | Interval in Healthcheck cannot be less than 1ms
                    {'Cmd':['a\\u0000b']} | invalid command: NUL is not allowed""")
    void refusesConfigurations(String config, String message) {
        assertThatThrownBy(() -> check(config, "{}"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(message);
    }

    private void check(String config, String host) throws Exception {
        HostConfigRules.check(
                json.readValue(config.replace('\'', '"'), ContainerConfig.class),
                json.readValue(host.replace('\'', '"'), HostConfig.class));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "KILL, 9",
        "SIGTERM, 15",
        "sigint, 2",
        "9, 9",
        "64, 64",
        "RTMIN, 34",
        "SIGRTMIN+3, 37",
        "RTMAX-1, 63",
        "CLD, 17"
    })
    void readsSignals(String text, int number) {
        assertThat(Signals.parse(text)).isEqualTo(number);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "0", "65", "SIG", "SIGFOO", "-1", "RTMIN+31", "9 ", "٣"})
    void refusesWhatIsNoSignal(String text) {
        assertThatThrownBy(() -> Signals.parse(text)).isInstanceOf(InvalidRequest.class);
    }

    @Test
    void namesFollowDockersRule() {
        assertThat(ContainerName.of("/web-1.a_B")).isEqualTo("web-1.a_B");
        for (String bad : new String[] {"", "a", "/", "-a", "a b", "a/b", "ä1", ".ab", "../x"}) {
            assertThatThrownBy(() -> ContainerName.of(bad))
                    .hasMessage("Invalid container name (" + bad + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
    }

    @Test
    void drawnNamesAreNamesAndFree() {
        var generator = new NameGenerator(new java.util.Random(1));
        String first = generator.next(name -> false);
        assertThat(ContainerName.of(first)).isEqualTo(first).matches("[a-z]+_[a-z]+");
        assertThat(generator.next(name -> !name.matches(".*[0-9]"))).matches("[a-z]+_[a-z]+[0-9]+");
    }
}
