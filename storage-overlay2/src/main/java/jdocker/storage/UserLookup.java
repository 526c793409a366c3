package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds users as runc does, in the container's own passwd and group files: {@code user}, {@code uid}, {@code user:group}
 * and so on. What looks like a number is a number, never a name: a line named {@code 4294967296} in an image's passwd
 * file must not turn that uid into another.
 */
public final class UserLookup {
    private static final long HIGHEST_ID = Integer.MAX_VALUE;
    private static final int FILE_LIMIT = 4 * 1024 * 1024;

    private final List<PasswdLine> users;
    private final List<GroupLine> groups;

    private record PasswdLine(String name, long uid, long gid, String home) {}

    private record GroupLine(String name, long gid, List<String> members) {}

    private UserLookup(byte[] passwd, byte[] group) {
        users = lines(passwd)
                .map(UserLookup::passwdLine)
                .flatMap(Optional::stream)
                .toList();
        groups = lines(group)
                .map(UserLookup::groupLine)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Reads both files below this root; what is missing, huge or no regular file counts as empty. */
    public static UserLookup in(InRoot root) {
        return new UserLookup(
                root.readSmallFile("/etc/passwd", FILE_LIMIT).orElse(new byte[0]),
                root.readSmallFile("/etc/group", FILE_LIMIT).orElse(new byte[0]));
    }

    static UserLookup of(String passwd, String group) {
        return new UserLookup(passwd.getBytes(StandardCharsets.UTF_8), group.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @param spec {@code user[:group]}, names or numbers; empty is root
     * @param additionalGroups names or numbers, as {@code --group-add} takes them
     * @throws UnknownUser with Docker's words
     */
    public UserIdentity resolve(String spec, List<String> additionalGroups) {
        int colon = spec.indexOf(':');
        String userPart = colon < 0 ? spec : spec.substring(0, colon);
        String groupPart = colon < 0 ? "" : spec.substring(colon + 1);
        if (groupPart.indexOf(':') >= 0) {
            groupPart = groupPart.substring(0, groupPart.indexOf(':'));
        }
        PasswdLine user = user(userPart);
        var ids = new LinkedHashSet<Long>();
        long gid;
        if (groupPart.isEmpty()) {
            gid = user.gid;
            ids.add(gid);
            addMemberships(user.name, ids);
        } else {
            gid = group(groupPart, "unable to find group " + groupPart + ": no matching entries in group file");
            ids.add(gid);
        }
        for (String additional : additionalGroups) {
            ids.add(group(additional, "Unable to find group " + additional));
        }
        return new UserIdentity(user.uid, gid, new ArrayList<>(ids), user.home.isEmpty() ? "/" : user.home, user.name);
    }

    private PasswdLine user(String text) {
        OptionalLong number = text.isEmpty() ? OptionalLong.of(0) : number(text);
        if (number.isPresent()) {
            long uid = number.getAsLong();
            return first(users, line -> line.uid == uid).orElse(new PasswdLine("", uid, 0, "/"));
        }
        return first(users, line -> line.name.equals(text))
                .orElseThrow(
                        () -> new UnknownUser("unable to find user " + text + ": no matching entries in passwd file"));
    }

    private void addMemberships(String name, Set<Long> ids) {
        if (!name.isEmpty()) {
            groups.stream().filter(line -> line.members.contains(name)).forEach(line -> ids.add(line.gid));
        }
    }

    private long group(String text, String otherwise) {
        OptionalLong number = number(text);
        if (number.isPresent()) {
            return number.getAsLong();
        }
        return first(groups, line -> line.name.equals(text)).orElseThrow(() -> new UnknownUser(otherwise)).gid;
    }

    private static <T> Optional<T> first(List<T> lines, Predicate<T> wanted) {
        return lines.stream().filter(wanted).findFirst();
    }

    /** Empty for what is no number; numbers beyond the range are refused, however many digits they have. */
    private static OptionalLong number(String text) {
        int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.length() == start) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalLong.empty();
            }
            value = Math.min(value * 10 + (c - '0'), HIGHEST_ID + 1);
        }
        if (value > HIGHEST_ID || value > 0 && text.startsWith("-")) {
            throw new UnknownUser("uids and gids must be in range 0-" + HIGHEST_ID);
        }
        return OptionalLong.of(value);
    }

    private static java.util.stream.Stream<String> lines(byte[] file) {
        return new String(file, StandardCharsets.UTF_8).lines();
    }

    /** A line without valid numbers names nobody: taking them for 0, as runc does, would name root. */
    private static Optional<PasswdLine> passwdLine(String line) {
        String[] fields = line.strip().split(":", 7);
        if (fields.length < 4 || fields[0].isEmpty()) {
            return Optional.empty();
        }
        OptionalLong uid = lineNumber(fields[2]);
        OptionalLong gid = lineNumber(fields[3]);
        if (uid.isEmpty() || gid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new PasswdLine(fields[0], uid.getAsLong(), gid.getAsLong(), fields.length > 5 ? fields[5] : ""));
    }

    private static Optional<GroupLine> groupLine(String line) {
        String[] fields = line.strip().split(":", 4);
        if (fields.length < 3 || fields[0].isEmpty()) {
            return Optional.empty();
        }
        OptionalLong gid = lineNumber(fields[2]);
        if (gid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new GroupLine(
                fields[0], gid.getAsLong(), fields.length > 3 ? List.of(fields[3].split(",")) : List.of()));
    }

    private static OptionalLong lineNumber(String text) {
        try {
            return number(text);
        } catch (UnknownUser _) {
            return OptionalLong.empty();
        }
    }
}
