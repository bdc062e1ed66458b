/**
 * When responses to registrations leave, in milliseconds after the work began. The first is later than the work takes on
 * an ordinary day, so that every response leaves then; each further one is for a day on which a service is slow. The
 * function ends after ten seconds.
 */
export const departuresMs = [500, 1_000, 2_000, 4_000, 8_000] as const
