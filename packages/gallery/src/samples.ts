import { confirmSamples } from './confirm.ts'
import { mailSamples } from './mails.ts'
import { registerSamples } from './register.ts'
import type { Sample } from './sample.ts'
import { withdrawSamples } from './withdraw.ts'

/** Every mail and every page that customers get, in each of its states, by what it belongs to. */
export const groups: { id: string; title: string; samples: Sample[] }[] = [
  { id: 'mails', title: 'Mails', samples: mailSamples },
  { id: 'register', title: 'Registering', samples: registerSamples },
  { id: 'confirm', title: 'Confirming', samples: confirmSamples },
  { id: 'withdraw', title: 'Withdrawing', samples: withdrawSamples },
]

/** The same, in one list. */
export const samples: Sample[] = groups.flatMap((group) => group.samples)
