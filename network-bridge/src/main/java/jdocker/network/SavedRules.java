package jdocker.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code iptables-save} says: tables, chains, rules. */
final class SavedRules {
    private final Map<String, Map<String, List<String>>> tables = new HashMap<>();

    private SavedRules() {}

    static SavedRules parse(String text) {
        var saved = new SavedRules();
        String table = "";
        for (String line : text.lines().toList()) {
            if (line.startsWith("*")) {
                table = line.substring(1).strip();
                saved.tables.computeIfAbsent(table, _ -> new HashMap<>());
            } else if (line.startsWith(":")) {
                saved.chain(table, line.substring(1).split(" ", 2)[0]);
            } else if (line.startsWith("-A ")) {
                String[] words = line.substring(3).split(" ", 2);
                saved.chain(table, words[0]).add(words.length > 1 ? words[1].strip() : "");
            }
        }
        return saved;
    }

    private List<String> chain(String table, String chain) {
        return tables.computeIfAbsent(table, _ -> new HashMap<>()).computeIfAbsent(chain, _ -> new ArrayList<>());
    }

    private List<String> rules(String table, String chain) {
        return tables.getOrDefault(table, Map.of()).getOrDefault(chain, List.of());
    }

    boolean hasChain(String table, String chain) {
        return tables.getOrDefault(table, Map.of()).containsKey(chain);
    }

    boolean hasRule(RuleBook.Hook hook) {
        return position(hook) > 0;
    }

    /** From 1; 0 where there is no such rule. */
    int position(RuleBook.Hook hook) {
        return rules(hook.table(), hook.chain()).indexOf(hook.rule()) + 1;
    }

    boolean precedes(RuleBook.Hook first, RuleBook.Hook second) {
        return hasRule(first) && hasRule(second) && position(first) < position(second);
    }

    /**
     * Whether everything is there. iptables writes a rule in its own way, so it is their number that is compared: what
     * flushes rules takes them all.
     */
    boolean holds(RuleBook wanted, List<RuleBook.Hook> hooks) {
        boolean complete = wanted.tables().entrySet().stream()
                .allMatch(table -> table.getValue().entrySet().stream()
                        .allMatch(chain -> hasChain(table.getKey(), chain.getKey())
                                && rules(table.getKey(), chain.getKey()).size()
                                        == chain.getValue().size()));
        return complete
                && hasRule(RuleBook.USER_HOOK)
                && hooks.stream().allMatch(this::hasRule)
                && hooks.stream()
                        .noneMatch(hook -> precedes(hook, RuleBook.USER_HOOK)
                                && hook.chain().equals("FORWARD"));
    }
}
