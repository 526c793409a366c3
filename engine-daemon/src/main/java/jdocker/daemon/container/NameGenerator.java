package jdocker.daemon.container;

import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Makes names such as {@code brisk_lovelace} for containers that were given none. */
final class NameGenerator {
    private static final String[] ADJECTIVES = """
            able agile airy ample amber apt azure balmy blithe bold bonny brave breezy bright brisk bubbly calm candid
            cheery civil clever cosmic cosy crisp curious daring dapper deft dewy droll eager early earnest easy elated
            fair fancy fearless fleet fond frank fresh frosty gallant genial gentle gifted glad gleaming golden graceful
            grand hale handy hardy hearty honest hopeful humble ideal jaunty jolly jovial keen kind lively loyal lucid
            lucky lunar mellow merry mighty mild modest neat nimble noble patient peppy placid plucky polite prime
            proud quick quiet radiant rapid ready robust rosy rustic sage serene sharp shiny silent silver smart snappy
            snug sober solar solid sound spry stable steady stellar still stout sunny sure swift tender tidy tranquil
            true trusty upbeat valiant velvet vivid warm wise witty zany zesty""".split("\\s+");
    private static final String[] SURNAMES = """
            abel agnesi aiken allen ampere anning archimedes arrhenius avogadro babbage backus banach banks bardeen
            barton becquerel bell bernoulli bessel bohr boltzmann boole born bose boyle brahe brattain brunel burnell
            cannon cantor carnot carson cartan carver cauchy cavendish cayley celsius cerf church clarke coulomb crick
            curie dalton darwin davy dijkstra dirac doppler easley eckert edison einstein engelbart erdos escher euclid
            euler faraday fermat fermi feynman fibonacci fleming foucault fourier franklin fresnel galilei galois gauss
            gibbs germain godel goeppert goodall gosling hahn hamilton hamming hawking hedy heisenberg helmholtz henry
            hermite herschel hertz hilbert hodgkin hollerith hooke hopper hubble huffman humboldt huygens hypatia
            jacobi jemison johnson joliot joule kapitsa kay kelvin kepler khayyam kilby knuth kolmogorov kovalevsky
            lagrange lamarr lamport landau laplace lavoisier leavitt leibniz liskov lorentz lovelace lyell maathai mach
            mandelbrot marconi markov maxwell mccarthy mccarty mcclintock meitner mendel mendeleev mercator merian
            michelson milner minkowski mirzakhani moore morse napier nash nernst neumann newton nobel noether noyce
            ohm oppenheimer oresme ostwald pascal pasteur pauli pauling payne penrose planck poincare poisson ptolemy
            raman ramanujan rayleigh ride riemann ritchie roentgen rubin rutherford sagan salk sammet shannon shaw
            somerville stokes swartz tarski tesla thales thompson torvalds turing ulam vaughan viete volta wallace watt
            weber wegener weierstrass wiles wilkes wing wirth wozniak yalow yonath zuse zworykin""".split("\\s+");
    private static final int TRIES = 8;

    private final RandomGenerator random;

    NameGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** A name that is not taken; gets a number when several drawn ones are. */
    String next(Predicate<String> taken) {
        for (int i = 0; i < TRIES; i++) {
            String name = draw();
            if (!taken.test(name)) {
                return name;
            }
        }
        String name;
        do {
            name = draw() + random.nextInt(1_000_000);
        } while (taken.test(name));
        return name;
    }

    private String draw() {
        return ADJECTIVES[random.nextInt(ADJECTIVES.length)] + "_" + SURNAMES[random.nextInt(SURNAMES.length)];
    }
}
