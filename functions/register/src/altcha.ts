/** What proofs need of the library, and no more, because a dynamic import of all of it would be bundled whole. */
export { createChallenge, randomInt, verifySolution } from 'altcha-lib'
export { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
