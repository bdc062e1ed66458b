import type { AddressFault } from '@confirmation-reminder/contracts/address-fault'
import { acceptedPage, formPage, refusedPage, unavailablePage } from '@confirmation-reminder/pages/register'
import { kebab, type Sample } from './sample.ts'

/** Of each fault of an address: what was typed. */
const typed: Record<AddressFault, string> = {
  empty: '',
  controlCharacter: 'ada\t@example.com',
  space: 'ada lovelace@example.com',
  notOneAt: 'ada.example.com',
  tooLong: `ada@${'example.'.repeat(32)}com`,
  localTooLong: `${'ada.'.repeat(17)}lovelace@example.com`,
  localQuoted: '"ada"@example.com',
  localNotAscii: 'zoë@example.com',
  localMalformed: 'ada..lovelace@example.com',
  domainIsIpLiteral: 'ada@[192.0.2.1]',
  domainWithoutDot: 'ada@example',
  domainMalformed: 'ada@-example.com',
}

/** The pages of the function register, in each state. */
export const registerSamples: Sample[] = [
  {
    what: 'register-form',
    title: 'The form',
    when: 'Shown to people who open the address of the API.',
    show: (locale, site) => ({ response: formPage(locale, site) }),
  },
  {
    what: 'register-form-without-script',
    title: 'The form without its script',
    when: 'Shown if the stage asks for a proof of work, until the script of the form runs. Afterwards it looks like the form.',
    show: (locale, site) => ({ response: formPage(locale, { ...site, PROOF_OF_WORK: 1_000 }) }),
  },
  {
    what: 'register-accepted',
    title: 'Registered',
    when: 'Shown after every accepted registration. It says nothing about the address.',
    show: (locale, { BRAND }) => ({ response: acceptedPage(locale, { BRAND, FORM_URL: '' }) }),
  },
  ...Object.entries(typed).map(
    ([fault, email]): Sample => ({
      what: `register-${kebab(fault)}`,
      title: `Refused: ${kebab(fault).replaceAll('-', ' ')}`,
      when: 'Shown if the address cannot be right.',
      show: (locale, site) => ({
        response: refusedPage({ status: 400, locale, site, addressFault: fault as AddressFault, typed: { email } }),
      }),
    }),
  ),
  {
    what: 'register-not-understood',
    title: 'Refused: not understood',
    when: 'Shown if a form sends something else, or too much.',
    show: (locale, site) => ({ response: refusedPage({ status: 400, locale, site }) }),
  },
  {
    what: 'register-unavailable',
    title: 'Unavailable',
    when: 'Shown while no mail can be sent.',
    show: (locale, site) => ({
      response: unavailablePage(locale, site, { email: 'ada@example.com' }, { 'retry-after': '60' }),
    }),
  },
]
