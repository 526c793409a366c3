package jdocker.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What somebody who mistyped a word probably meant. */
final class Suggestion {
    private static final int FURTHEST = 2;

    private Suggestion() {}

    /** The nearest word by edit distance; null when none is near enough. */
    static @Nullable String closest(String typed, Collection<String> words) {
        String best = null;
        int bestDistance = Math.min(FURTHEST, Math.max(1, typed.length() / 3)) + 1;
        for (String word : words) {
            int distance = distance(typed, word);
            if (distance < bestDistance || (distance == bestDistance && best != null && word.compareTo(best) < 0)) {
                best = word;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int replace = cost[i - 1][j - 1] + (same ? 0 : 1);
                cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
