package jdocker.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.io.File;
import java.io.FileDescriptor;
import org.junit.jupiter.api.Test;

/** A command sees its invocation and nothing of the process, so that another process may one day serve it. */
final class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("jdocker.cli");

    private static GivenClassesConjunction commands() {
        return noClasses().that().doNotBelongToAnyOf(Main.class, ProcessTerminal.class, ProcessSignals.class);
    }

    @Test
    void onlyTheProcessesOwnClassesTouchTheProcess() {
        commands()
                .should()
                .accessField(System.class, "in")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Runtime.class, FileDescriptor.class)
                .check(classes);
        // Credential helpers are programs: one class runs them, with the environment that it was given.
        commands()
                .and()
                .doNotBelongToAnyOf(CredentialHelper.class)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(File.class, ProcessBuilder.class)
                .check(classes);
    }

    @Test
    void onlyTheProcessesOwnClassesUseItsSignalsAndTheNativeLayer() {
        commands()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun..", "jdocker.kernel..")
                .check(classes);
    }
}
