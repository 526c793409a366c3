package jdocker.daemon.container;

import jdocker.daemon.container.ContainerViews.Sizes;

/** How much disk a container takes. Walks its layer: only when asked for. */
public interface ContainerSizes {
    Sizes of(Container c);
}
