package jdocker.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines of cells set in columns as Go's tabwriter does: a cell that a tab follows makes its column wide enough. */
final class Table {
    private final int narrowest;
    private final int padding;
    private final List<String[]> lines = new ArrayList<>();
    private int[][] widths = {};

    Table(int narrowest, int padding) {
        this.narrowest = narrowest;
        this.padding = padding;
    }

    /** Docker's lists: columns of at least ten, three apart. */
    static Table ofList() {
        return new Table(10, 3);
    }

    /** Text with tabs between the cells; may be several lines. */
    void add(String text) {
        for (String line : text.split("\n", -1)) {
            lines.add(line.split("\t", -1));
        }
    }

    void add(String... cells) {
        lines.add(cells.clone());
    }

    void print(Output out) {
        widths = new int[lines.size()][];
        for (int i = 0; i < lines.size(); i++) {
            widths[i] = new int[Math.max(0, lines.get(i).length - 1)];
        }
        measure(0, lines.size(), 0);
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder text = new StringBuilder();
            String[] cells = lines.get(i);
            for (int column = 0; column < cells.length - 1; column++) {
                text.append(cells[column]).repeat(" ", Math.max(0, widths[i][column] - length(cells[column])));
            }
            text.append(cells[cells.length - 1]);
            out.line(text.toString());
        }
    }

    // A column is a run of neighbouring lines that all have a tab after its cell.
    private void measure(int first, int end, int column) {
        int from = first;
        while (from < end) {
            if (widths[from].length <= column) {
                from++;
                continue;
            }
            int to = from;
            int width = narrowest;
            boolean empty = true;
            while (to < end && widths[to].length > column) {
                int length = length(lines.get(to)[column]);
                width = Math.max(width, length + padding);
                empty &= length == 0;
                to++;
            }
            int chosen = empty ? narrowest : width;
            for (int i = from; i < to; i++) {
                widths[i][column] = chosen;
            }
            measure(from, to, column + 1);
            from = to;
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    @Override
    public String toString() {
        return lines.stream().map(Arrays::toString).toList().toString();
    }
}
