package jdocker.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What lets a resident process serve the commands one day: they know only their invocation, and only the API. */
class ArchitectureTest {
    private static final JavaClasses CLI = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("jdocker.cli");

    @Test
    void onlyMainTouchesTheProcess() {
        onlyMainMayUse(accessTo(System.class, "in|out|err|exit|getenv|console"));
        onlyMainMayUse(accessTo(Runtime.class, "exit|halt|addShutdownHook"));
    }

    @Test
    void nobodyResolvesPathsAgainstTheJvmsDirectory() {
        onlyMainMayUse(accessTo(Path.class, "toAbsolutePath"));
        onlyMainMayUse(accessTo(java.io.File.class, "getAbsolute.*|getCanonical.*"));
    }

    @Test
    void theCommandsUseTheApiAlone() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("jdocker..")
                        .and(not(resideInAnyPackage("jdocker.cli..", "jdocker.api..", "jdocker.kernel.."))))
                .allowEmptyShould(true)
                .check(CLI);
    }

    private static void onlyMainMayUse(DescribedPredicate<JavaAccess<?>> access) {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("jdocker.cli.Main")
                .should()
                .accessTargetWhere(access)
                .allowEmptyShould(true)
                .check(CLI);
    }

    private static DescribedPredicate<JavaAccess<?>> accessTo(Class<?> type, String names) {
        return target(owner(HasName.Predicates.name(type.getName())))
                .and(target(nameMatching(names)))
                .as("access %s.(%s)", type.getSimpleName(), names);
    }
}
