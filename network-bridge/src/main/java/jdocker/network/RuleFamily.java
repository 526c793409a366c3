package jdocker.network;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.netlink.Connections;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules of one address family: what is in the kernel, as far as we know, and the way from there. One thread's. */
final class RuleFamily implements AutoCloseable {
    /** The legacy variant counts no changes; asking it takes two processes. */
    private static final int LOOKS_WITHOUT_COUNTER = 3;

    private static final Duration LOOK_FOR_GUARD = Duration.ofSeconds(5);
    private static final String MANGLE = "mangle";

    private static final Logger log = LoggerFactory.getLogger(RuleFamily.class);

    private final Iptables iptables;
    private final Connections netfilter;
    private final Instance instance;
    private final boolean v6;
    private final boolean directRouting;
    private final boolean nft;
    private List<RuleBook.Hook> hooks;
    /** The table of the rules that packets meet first. */
    private String guard = RuleBook.GUARD;

    private boolean guardKnown;
    /** When the kernel was asked last for a table that it had not. */
    private long guardLooked;
    /** The ways to the rules in another table that have to go when they are in this one. */
    private List<RuleBook.Hook> outdated = List.of();

    private int looks;
    /** The kernel has no table for rules that nobody needs: it is not asked again before somebody does. */
    private boolean refused;

    private String complaint = "";
    private volatile Optional<String> forwardPolicy = Optional.empty();
    private volatile boolean makeAnew;
    /** Null before the first time, and when a failure has left things in doubt. */
    private @Nullable RuleBook present;

    private Optional<Integer> generation = Optional.empty();

    RuleFamily(Iptables iptables, Connections netfilter, Instance instance, boolean v6, boolean directRouting) {
        this.iptables = iptables;
        this.netfilter = netfilter;
        this.instance = instance;
        this.v6 = v6;
        this.directRouting = directRouting;
        this.nft = iptables.isNft();
        this.hooks = RuleBook.hooks(instance, v6);
    }

    boolean isV6() {
        return v6;
    }

    /** From now on what no rule accepts is not forwarded: the host forwards only because we made it. */
    void dropForwarded() {
        forwardPolicy = Optional.of("DROP");
        makeAnew = true;
    }

    /** A run of iptables-restore, or none. */
    interface Writing {
        void await();
    }

    /** Begins to make the rules of this state. */
    Writing begin(FirewallState state) {
        lookForGuard();
        RuleBook wanted = book(state);
        if (v6 && !needed(state)) {
            return () -> makeIfPossible(wanted);
        }
        refused = false;
        RuleBook before = present;
        if (before == null || makeAnew) {
            makeAnew = false;
            return () -> makeAll(wanted);
        }
        return change(before, wanted);
    }

    private Writing change(RuleBook before, RuleBook wanted) {
        String changes = RuleChanges.between(before, wanted);
        if (changes.isEmpty()) {
            return () -> {};
        }
        Iptables.Run run = iptables.restore(changes);
        present = null;
        return () -> {
            try (run) {
                run.await();
                present = wanted;
            } catch (FirewallException e) {
                // What was to be removed is gone, or a chain: somebody has been here.
                log.info("{}; all rules are made anew", e.getMessage());
                makeAll(wanted);
            }
        };
    }

    private static boolean needed(FirewallState state) {
        return state.networks().values().stream()
                .anyMatch(network -> !network.subnets(true).isEmpty());
    }

    /** A host without IPv6 needs no rules for it, and its kernel may refuse them. */
    private void makeIfPossible(RuleBook wanted) {
        RuleBook before = present;
        if (refused) {
            return;
        }
        try {
            if (before == null || makeAnew) {
                makeAnew = false;
                makeAll(wanted);
            } else {
                change(before, wanted).await();
            }
            complaint = "";
        } catch (FirewallException e) {
            refused = iptables.lacksTable("filter");
            String message = String.valueOf(e.getMessage());
            if (refused) {
                log.warn("no IPv6 rules are made, and no network has IPv6: {}", message);
            } else if (!message.equals(complaint)) {
                log.warn("no IPv6 rules can be made now, and no network has IPv6; tried again: {}", message);
            }
            complaint = message; // once, not every second
        }
    }

    /**
     * A module that is loaded while we run brings the table that was missing: then the rules belong there. Asking costs
     * a process, so it is asked at most every few seconds, and only where it was missing.
     */
    private void lookForGuard() {
        if (guard.equals(RuleBook.GUARD) || System.nanoTime() - guardLooked < LOOK_FOR_GUARD.toNanos()) {
            return;
        }
        String before = guard;
        List<RuleBook.Hook> hooksBefore = hooks;
        if (iptables.hasTable(RuleBook.GUARD)) {
            guard = RuleBook.GUARD;
        } else if (guard.isEmpty() && iptables.hasTable(MANGLE)) {
            guard = MANGLE;
        }
        guardLooked = System.nanoTime();
        if (!guard.equals(before)) {
            log.info("the kernel has the {} table {} now; the rules that belong there are made", words(), guard);
            hooks = RuleBook.guardedBy(guard, RuleBook.hooks(instance, v6));
            outdated = hooksBefore.stream()
                    .filter(hook -> hook.table().equals(before) && hook.rule().endsWith(instance.rawChain()))
                    .toList();
            makeAnew = true;
        }
    }

    /** The rules in the table that was made do with go, now that they are in the right one. */
    private void removeOutdated() {
        if (outdated.isEmpty()) {
            return;
        }
        try (Iptables.Run run = iptables.restore(RuleChanges.without(outdated, instance.rawChain()))) {
            run.await();
        } catch (FirewallException e) {
            log.info("the rules in {} stay beside those in {}: {}", outdated, guard, e.getMessage());
        }
        outdated = List.of();
    }

    private String words() {
        return v6 ? "IPv6" : "IPv4";
    }

    private RuleBook book(FirewallState state) {
        return RuleBook.of(state, instance, v6, directRouting).guardedBy(guard);
    }

    private void makeAll(RuleBook wanted) {
        present = null;
        RuleBook made = wanted;
        try {
            restoreAll(made);
            guardKnown = true;
        } catch (FirewallException e) {
            if (guardKnown || !iptables.lacksTable(guard)) {
                throw e;
            }
            guardElsewhere();
            made = wanted.guardedBy(guard);
            restoreAll(made);
        }
        present = made;
        removeOutdated();
    }

    private void restoreAll(RuleBook wanted) {
        try (Iptables.Run run = iptables.restore(RuleChanges.all(wanted, iptables.save(), hooks, forwardPolicy))) {
            run.await();
        }
    }

    private void guardElsewhere() {
        guardKnown = true;
        guardLooked = System.nanoTime();
        boolean mangle = iptables.hasTable(MANGLE);
        String family = words();
        if (mangle) {
            log.warn("the kernel has no {} table raw; its rules are made in mangle, with the same effect", family);
        } else {
            log.warn(
                    "the kernel has neither the {} table raw nor mangle: containers can reach services on the host's"
                            + " loopback addresses, and neighbours of the host ports published there; load the module"
                            + " iptable_raw",
                    family);
        }
        guard = mangle ? MANGLE : "";
        hooks = RuleBook.guardedBy(guard, hooks);
    }

    /** Looks whether the rules are there still, and makes them again if not. */
    void repair(FirewallState state) {
        RuleBook expected = present;
        if (expected == null && state.equals(FirewallState.EMPTY) || expected != null && !changedMeanwhile()) {
            return;
        }
        if (refused) {
            return;
        }
        if (expected != null) {
            if (iptables.save().holds(expected, hooks)) {
                return;
            }
            log.warn(
                    "somebody has changed {} rules of the chains {}*; they are put back",
                    words(),
                    instance.mainChain());
        }
        present = null; // or a failure has left them in doubt
        if (v6 && !needed(state)) {
            makeIfPossible(book(state));
        } else {
            makeAll(book(state));
        }
    }

    private boolean changedMeanwhile() {
        if (!nft) {
            return ++looks % LOOKS_WITHOUT_COUNTER == 0;
        }
        Optional<Integer> now = netfilter.rulesGeneration();
        boolean changed = now.isEmpty() || !now.equals(generation);
        generation = now;
        return changed;
    }

    @Override
    public void close() {
        netfilter.close();
    }
}
