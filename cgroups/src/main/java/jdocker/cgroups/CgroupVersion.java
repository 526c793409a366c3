package jdocker.cgroups;

/** How the host lays out its cgroups. */
public enum CgroupVersion {
    /** A hierarchy for each controller. */
    V1,
    /** The same, and beside them one without controllers that can kill and freeze. */
    HYBRID,
    /** One hierarchy with all controllers. */
    UNIFIED
}
