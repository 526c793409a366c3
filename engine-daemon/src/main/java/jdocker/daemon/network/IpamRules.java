package jdocker.daemon.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.api.Ipam;
import jdocker.api.Ipam.IpamConfig;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;

/** What the address settings of a new network may say: Docker's rules and words, all that is wrong at once. */
final class IpamRules {
    private final List<String> problems = new ArrayList<>();

    private IpamRules() {}

    /**
     * @throws InvalidRequest listing what is wrong
     * @throws NotFound for a driver that there is not
     */
    static void check(Ipam ipam, boolean ipv6) {
        if (!ipam.driver().isEmpty()
                && !ipam.driver().equals("default")
                && !ipam.driver().equals("null")) {
            throw new NotFound("ipam driver \"" + ipam.driver() + "\" not found: there is \"default\"");
        }
        var rules = new IpamRules();
        ipam.config().forEach(config -> rules.check(config, ipv6));
        rules.checkOverlaps(ipam.config());
        if (!rules.problems.isEmpty()) {
            throw new InvalidRequest("invalid network config:\n" + String.join("\n", rules.problems));
        }
    }

    private void check(IpamConfig config, boolean ipv6) {
        if (config.subnet().isEmpty()
                && config.ipRange().isEmpty()
                && config.gateway().isEmpty()) {
            return; // nothing is wished for: a subnet is chosen
        }
        Optional<HostAddress> given = HostAddress.parse(config.subnet());
        if (given.isEmpty()) {
            problems.add("invalid subnet " + config.subnet() + ": invalid CIDR block notation");
            return;
        }
        AddressBlock subnet = given.get().subnet();
        if (subnet.v6() && !ipv6) {
            return;
        }
        if (!given.get().address().equals(subnet.base())) {
            problems.add("invalid subnet " + config.subnet() + ": it should be " + subnet);
        }
        if (!config.ipRange().isEmpty()) {
            checkRange(config.ipRange(), subnet);
        }
        if (!config.gateway().isEmpty()) {
            addressProblem(config.gateway(), subnet)
                    .ifPresent(why -> problems.add("invalid gateway " + config.gateway() + ": " + why));
        }
        if (config.auxiliaryAddresses() != null) {
            for (Map.Entry<String, String> aux : config.auxiliaryAddresses().entrySet()) {
                addressProblem(aux.getValue(), subnet)
                        .ifPresent(why -> problems.add("invalid auxiliary address " + aux.getKey() + ": " + why));
            }
        }
    }

    private void checkRange(String text, AddressBlock subnet) {
        Optional<HostAddress> given = HostAddress.parse(text);
        String begin = "invalid ip-range " + text + ": ";
        if (given.isEmpty()) {
            problems.add(begin + "invalid CIDR block notation");
            return;
        }
        AddressBlock range = given.get().subnet();
        if (range.v6() != subnet.v6()) {
            problems.add(begin + "parent subnet is an " + family(subnet) + " block");
            return;
        }
        if (range.prefix() < subnet.prefix()) {
            problems.add(begin + "CIDR block is bigger than its parent subnet " + subnet);
        }
        if (!given.get().address().equals(range.base())) {
            problems.add(begin + "it should be " + range);
        }
        if (!subnet.overlaps(range)) {
            problems.add(begin + "parent subnet " + subnet + " doesn't contain ip-range");
        }
    }

    private static Optional<String> addressProblem(String text, AddressBlock subnet) {
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isEmpty()) {
            return Optional.of("invalid address");
        }
        if (address.get().v6() != subnet.v6()) {
            return Optional.of("parent subnet is an " + family(subnet) + " block");
        }
        return subnet.contains(address.get())
                ? Optional.empty()
                : Optional.of("parent subnet " + subnet + " doesn't contain this address");
    }

    private void checkOverlaps(List<IpamConfig> configs) {
        for (int i = 0; i < configs.size(); i++) {
            for (int j = 0; j < i; j++) {
                Optional<AddressBlock> one = AddressBlock.parse(configs.get(i).subnet());
                Optional<AddressBlock> other = AddressBlock.parse(configs.get(j).subnet());
                if (one.isPresent() && other.isPresent() && one.get().overlaps(other.get())) {
                    problems.add("subnets " + other.get() + " and " + one.get() + " overlap");
                }
            }
        }
    }

    private static String family(AddressBlock subnet) {
        return subnet.v6() ? "IPv6" : "IPv4";
    }
}
