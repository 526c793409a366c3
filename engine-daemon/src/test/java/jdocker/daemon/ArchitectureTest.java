package jdocker.daemon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between modules and between the daemon's packages; an arrow that should exist is added here first. */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("jdocker");

    @ParameterizedTest(name = "{0} depends on {1}")
    @CsvSource({
        "kernel, ''",
        "oci, ''",
        "api, ''",
        "cgroups, kernel oci",
        "storage, kernel oci",
        "network, kernel",
        "image, oci",
        "runtime, cgroups kernel oci",
        "build, runtime image storage",
    })
    void modulesDependDownwards(String module, String allowed) {
        var reachable = Stream.of((module + " " + allowed).strip().split(" "))
                .map(name -> "jdocker." + name + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("jdocker." + module + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("jdocker..").and(not(resideInAnyPackage(reachable))))
                .allowEmptyShould(true)
                .check(OURS);
    }

    @Test
    void theDaemonsPackagesHaveNoCycles() {
        slices().matching("jdocker.daemon.(*)..").should().beFreeOfCycles().check(OURS);
    }

    /** http, container, then the resources it uses, state, event: never back. */
    static Stream<List<String>> belowAndAbove() {
        return Stream.of(
                List.of("event", "state", "image", "network", "volume", "container"),
                List.of("state", "image", "network", "volume", "container"),
                List.of("image", "container"),
                List.of("network", "container"),
                List.of("volume", "container"));
    }

    @ParameterizedTest
    @MethodSource("belowAndAbove")
    void theDaemonsPackagesDependDownwards(List<String> belowThenAbove) {
        var above = belowThenAbove.stream()
                .skip(1)
                .map(name -> "jdocker.daemon." + name + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("jdocker.daemon." + belowThenAbove.getFirst() + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .allowEmptyShould(true)
                .check(OURS);
    }

    /** Containers, images and networks answer requests; what lies below them must not know of any. */
    @Test
    void whatLiesBelowContainersAndImagesKnowsNoHttp() {
        noClasses()
                .that(resideInAPackage("jdocker..")
                        .and(not(resideInAnyPackage(
                                "jdocker.daemon",
                                "jdocker.daemon.http..",
                                "jdocker.daemon.system..",
                                "jdocker.daemon.container..",
                                "jdocker.daemon.image..",
                                "jdocker.daemon.network..",
                                "jdocker.network.dns.."))))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.netty..", "jdocker.daemon.http.."))
                .allowEmptyShould(true)
                .check(OURS);
    }

    @Test
    void httpKnowsNoObjects() {
        noClasses()
                .that()
                .resideInAPackage("jdocker.daemon.http..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "jdocker.daemon.container..",
                        "jdocker.daemon.image..",
                        "jdocker.daemon.state..",
                        "jdocker.daemon.system..",
                        "jdocker.daemon.config.."))
                .check(OURS);
    }

    @Test
    void rawLibcStaysInsideNativeBindings() {
        classes()
                .that()
                .resideInAPackage("jdocker.kernel..")
                .and()
                .haveSimpleName("Libc")
                .should()
                .bePackagePrivate()
                .allowEmptyShould(true)
                .check(OURS);
    }
}
