package jdocker.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The text for {@code iptables-restore --noflush} that makes one rule book of another. */
final class RuleChanges {
    private RuleChanges() {}

    /** Empties and fills all our chains, whatever is in them, and adds what is missing of the ways to them. */
    static String all(RuleBook wanted, SavedRules present, List<RuleBook.Hook> hooks, Optional<String> forwardPolicy) {
        var text = new StringBuilder();
        wanted.tables().forEach((table, chains) -> {
            text.append('*').append(table).append('\n');
            if (table.equals("filter")) {
                forwardPolicy.ifPresent(
                        policy -> text.append(":FORWARD ").append(policy).append(" [0:0]\n"));
                if (!present.hasChain(table, Instance.USER_CHAIN)) {
                    text.append(':').append(Instance.USER_CHAIN).append(" - [0:0]\n");
                }
            }
            // Naming a chain empties it.
            chains.keySet().forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
            chains.forEach((chain, rules) -> rules.forEach(rule -> append(text, "-A", chain, rule)));
            hooks(text, table, present, hooks);
            text.append("COMMIT\n");
        });
        return text.toString();
    }

    /** The operator's chain comes first of all, ours before what others have. */
    private static void hooks(StringBuilder text, String table, SavedRules present, List<RuleBook.Hook> hooks) {
        boolean userMissing = !present.hasRule(RuleBook.USER_HOOK);
        for (RuleBook.Hook hook : hooks) {
            if (!hook.table().equals(table)) {
                continue;
            }
            boolean forward = hook.chain().equals("FORWARD");
            if (forward && present.hasRule(hook) && present.precedes(hook, RuleBook.USER_HOOK)) {
                append(text, "-D", hook.chain(), hook.rule());
            } else if (present.hasRule(hook)) {
                continue;
            }
            int position = forward && !userMissing ? present.position(RuleBook.USER_HOOK) + 1 : 1;
            if (forward && present.hasRule(hook)) {
                position--; // what stood before it has just gone
            }
            append(text, "-I", hook.chain() + " " + position, hook.rule());
        }
        if (table.equals("filter") && userMissing) {
            append(text, "-I", "FORWARD 1", RuleBook.USER_HOOK.rule());
        }
    }

    /** Removes one of our chains with the ways that lead to it, all in one table. */
    static String without(List<RuleBook.Hook> ways, String chain) {
        var text = new StringBuilder();
        text.append('*').append(ways.getFirst().table()).append('\n');
        text.append(':').append(chain).append(" - [0:0]\n"); // empties it
        ways.forEach(way -> append(text, "-D", way.chain(), way.rule()));
        text.append("-X ").append(chain).append("\nCOMMIT\n");
        return text.toString();
    }

    /** Only the differences, by the shortest way; empty when there are none. */
    static String between(RuleBook present, RuleBook wanted) {
        var text = new StringBuilder();
        wanted.tables().forEach((table, chains) -> {
            Map<String, List<String>> before = present.tables().getOrDefault(table, Map.of());
            var changes = new StringBuilder();
            var emptied = new StringBuilder();
            chains.forEach((chain, rules) -> {
                List<String> old = before.getOrDefault(chain, List.of());
                if (!old.equals(rules)) {
                    change(emptied, changes, chain, old, rules);
                }
            });
            if (!changes.isEmpty() || !emptied.isEmpty()) {
                text.append('*').append(table).append('\n');
                text.append(emptied).append(changes).append("COMMIT\n");
            }
        });
        return text.toString();
    }

    private static void change(
            StringBuilder emptied, StringBuilder changes, String chain, List<String> old, List<String> rules) {
        var lacking = new HashMap<String, Integer>();
        rules.forEach(rule -> lacking.merge(rule, 1, Integer::sum));
        List<String> kept = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        for (String rule : old) {
            boolean stays = lacking.getOrDefault(rule, 0) > 0;
            if (stays) {
                lacking.merge(rule, -1, Integer::sum);
            }
            (stays ? kept : removed).add(rule);
        }
        boolean atEnd =
                kept.size() <= rules.size() && rules.subList(0, kept.size()).equals(kept);
        if (atEnd && removed.size() <= kept.size() + 8) {
            removed.forEach(rule -> append(changes, "-D", chain, rule));
            rules.subList(kept.size(), rules.size()).forEach(rule -> append(changes, "-A", chain, rule));
        } else {
            emptied.append(':').append(chain).append(" - [0:0]\n");
            rules.forEach(rule -> append(changes, "-A", chain, rule));
        }
    }

    private static void append(StringBuilder text, String verb, String chain, String rule) {
        text.append(verb).append(' ').append(chain).append(' ').append(rule).append('\n');
    }
}
