package jdocker.daemon.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.api.ImageDeleted;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.image.ImageUsers.Use;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.Transaction;
import jdocker.image.ImageRef;
import jdocker.oci.ImageConfig;

/** Takes names from images and removes those that are left without; Docker's rules, which are older than they look. */
final class ImageRemoval {
    private final ImageContent content;
    private final ImageConfigs configs;

    ImageRemoval(ImageContent content, ImageConfigs configs) {
        this.content = content;
        this.configs = configs;
    }

    /** What a change has done; the files of {@code removed} go when it is committed. */
    private record Outcome(List<ImageDeleted> answers, List<Image> removed) {}

    /** The images that were made of this one here. */
    static List<Image> children(Snapshot state, String imageId) {
        return state.all(Image.ALL).values().stream()
                .filter(image -> imageId.equals(image.parent()))
                .toList();
    }

    /**
     * @param force also what several names or stopped containers refer to
     * @param parents also the images that it was made of here, as far as nothing else needs them
     * @throws Conflict when something stands against it
     */
    List<ImageDeleted> remove(String reference, boolean force, boolean parents) {
        return released(content.change(tx -> new Change(tx, reference, force, parents).run()));
    }

    /**
     * Removes an image with its names, and those that it was made of, if it is still as it was found.
     *
     * @param names that it had
     * @throws Conflict when it has others now, or a container uses it
     */
    List<ImageDeleted> removeUnused(String imageId, List<ImageRef> names) {
        return released(content.change(tx -> {
            var change = new Change(tx, imageId, true, true);
            if (change.use.isPresent() || !change.names.equals(names)) {
                throw change.conflict("left alone", "it has come into use or got other names");
            }
            return change.run();
        }));
    }

    private List<ImageDeleted> released(Outcome outcome) {
        var answers = new ArrayList<>(outcome.answers);
        for (Image removed : outcome.removed) {
            content.release(removed).forEach(layer -> answers.add(new ImageDeleted(null, layer)));
        }
        return answers;
    }

    private final class Change {
        private final Transaction tx;
        private final String reference;
        private final boolean force;
        private final boolean parents;
        private final Image image;
        private final ImageConfig config;
        private final Optional<Use> use;
        private final List<ImageDeleted> answers = new ArrayList<>();
        private List<ImageRef> names;

        Change(Transaction tx, String reference, boolean force, boolean parents) {
            this.tx = tx;
            this.reference = reference;
            this.force = force;
            this.parents = parents;
            image = ImageLibrary.resolve(tx, reference);
            config = configs.of(image);
            use = Optional.ofNullable(content.users().uses(tx).get(image.id()));
            names = ImageLibrary.names(tx, image.id());
        }

        Outcome run() {
            if (ImageLibrary.isIdOf(image, reference)) {
                if (isOneName()) {
                    check(false);
                    List.copyOf(names).forEach(this::untag);
                }
                return delete(false);
            }
            if (!force && isOneName() && use.isPresent()) {
                throw new Conflict("conflict: unable to remove repository reference \"" + reference
                        + "\" (must force) - container " + use.get().container()
                        + " is using its referenced image " + image.shortId());
            }
            ImageRef name = named();
            untag(name);
            untagDigestsAlone(name);
            return names.isEmpty() ? delete(true) : new Outcome(answers, List.of());
        }

        /** A repository whose last tag went takes its digests along, as nobody has asked for those by themselves. */
        private void untagDigestsAlone(ImageRef gone) {
            List<ImageRef> same = names.stream()
                    .filter(name -> name.familiarName().equals(gone.familiarName()))
                    .toList();
            if (gone.tag().isPresent()
                    && same.stream().allMatch(name -> name.digest().isPresent())) {
                same.forEach(this::untag);
            }
        }

        private ImageRef named() {
            ImageRef wanted = ImageRef.parse(reference).tagged();
            return names.stream()
                    .filter(name -> ImageLibrary.key(name).equals(ImageLibrary.key(wanted)))
                    .findFirst()
                    .orElse(wanted);
        }

        /** One tag, perhaps with digests of the same repository. */
        private boolean isOneName() {
            long tags = names.stream().filter(name -> name.digest().isEmpty()).count();
            return names.size() <= 1
                    || tags <= 1
                            && names.stream()
                                            .map(ImageRef::familiarName)
                                            .distinct()
                                            .count()
                                    == 1;
        }

        private void untag(ImageRef name) {
            tx.remove(ImageTag.ALL, ImageLibrary.key(name));
            answers.add(new ImageDeleted(name.familiar(), null));
            if (name.digest().isEmpty()) {
                tx.append(ImageEvents.of(image.id(), config, "untag", image.id())); // of digests Docker tells nothing
            }
            names = ImageLibrary.names(tx, image.id());
        }

        private Outcome delete(boolean untagged) {
            // Having lost its last name by force, an image in use stays without one, and that is no failure.
            boolean needed = use.filter(u -> u.running() || !force).isPresent()
                    || !children(tx, image.id()).isEmpty();
            if (untagged && needed) {
                return new Outcome(answers, List.of());
            }
            check(true);
            List.copyOf(names).forEach(this::untag);
            tx.remove(Image.ALL, image.id());
            tx.append(ImageEvents.of(image.id(), config, "delete", image.id()));
            answers.add(new ImageDeleted(null, image.id()));
            var removed = new ArrayList<Image>();
            removed.add(image);
            if (parents) {
                removeParents(removed);
            }
            return new Outcome(answers, removed);
        }

        /** Steps on the way to the image, which nobody can name any more. */
        private void removeParents(List<Image> removed) {
            Optional<Image> parent = Optional.ofNullable(image.parent()).flatMap(id -> tx.get(Image.ALL, id));
            while (parent.isPresent() && isForgotten(parent.get())) {
                Image gone = parent.get();
                tx.remove(Image.ALL, gone.id());
                tx.append(ImageEvents.of(gone.id(), configs.of(gone), "delete", gone.id()));
                answers.add(new ImageDeleted(null, gone.id()));
                removed.add(gone);
                parent = Optional.ofNullable(gone.parent()).flatMap(id -> tx.get(Image.ALL, id));
            }
        }

        private boolean isForgotten(Image candidate) {
            return ImageLibrary.names(tx, candidate.id()).isEmpty()
                    && children(tx, candidate.id()).isEmpty()
                    && !content.users().uses(tx).containsKey(candidate.id());
        }

        private void check(boolean namesCount) {
            if (!children(tx, image.id()).isEmpty()) {
                throw conflict("cannot be forced", "image has dependent child images");
            }
            if (use.isPresent() && use.get().running()) {
                throw conflict(
                        "cannot be forced",
                        "image is being used by running container " + use.get().container());
            }
            if (force) {
                return;
            }
            if (namesCount && !names.isEmpty()) {
                throw conflict("must be forced", "image is referenced in multiple repositories");
            }
            if (use.isPresent()) {
                throw conflict(
                        "must be forced",
                        "image is being used by stopped container " + use.get().container());
            }
        }

        private Conflict conflict(String how, String why) {
            return new Conflict("conflict: unable to delete " + image.shortId() + " (" + how + ") - " + why);
        }
    }
}
