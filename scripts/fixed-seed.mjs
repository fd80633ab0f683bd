/**
 * The same cases in every run, so that whether a mutant is killed depends on the tests and not on luck.
 * @module
 */
import fc from "fast-check";

fc.configureGlobal({ seed: 20_260_101 });
