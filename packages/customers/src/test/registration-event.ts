import type { RegistrationEvent } from '../register.ts'

/** A registration of one address; pass what matters to the test. */
export function registrationEvent(event: Partial<RegistrationEvent> = {}): RegistrationEvent {
  return {
    customerId: 'd94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f',
    email: 'ada@example.com',
    guessedLocale: 'en',
    traceId: '3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f',
    tokenHash: 'first',
    textVersion: '2026-11-23',
    lifetimeSeconds: 4 * 86_400,
    now: Date.UTC(2026, 10, 23),
    ...event,
  }
}
