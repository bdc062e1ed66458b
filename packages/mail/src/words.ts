import type { Locale } from '@confirmation-reminder/contracts/functions'

export type MailKind = 'confirmation' | 'reminder' | 'alreadyConfirmed'

/** What a mail says. Plain text throughout: whoever writes HTML from it escapes it. */
export interface Words {
  subject: string
  greeting: string
  /** What happened, in one paragraph. */
  opening: string
  /** What the link does, and until when, for mails that have one. */
  link?: { label: string; validity: (until: string) => string }
  /** What to do if it was somebody else. */
  notYou: string
}

/** Every word of every mail. */
export const words: Record<Locale, Record<MailKind, Words>> = {
  en: {
    confirmation: {
      subject: 'Please confirm your mail address',
      greeting: 'Hello,',
      opening: 'You registered with this mail address. One click confirms that it is yours.',
      link: { label: 'Confirm my address', validity: (until) => `The link works until ${until}.` },
      notYou:
        'This was not you? Then simply ignore this mail. Nothing happens without the click: we remind you once and then delete the address.',
    },
    reminder: {
      subject: 'Reminder: please confirm your mail address',
      greeting: 'Hello,',
      opening: 'You registered with this mail address and have not confirmed it yet. One click does it.',
      link: { label: 'Confirm my address', validity: (until) => `The link works until ${until}.` },
      notYou:
        'This was not you? Then simply ignore this mail. It is the only reminder; without the click we delete the address.',
    },
    alreadyConfirmed: {
      subject: 'Your mail address is already confirmed',
      greeting: 'Hello,',
      opening:
        'Somebody, probably you, registered again with this mail address. It is already confirmed: there is nothing left to do.',
      notYou: 'This was not you? Then simply ignore this mail. Nothing has changed.',
    },
  },
  de: {
    confirmation: {
      subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse',
      greeting: 'Guten Tag,',
      opening: 'Sie haben sich mit dieser E-Mail-Adresse registriert. Ein Klick bestätigt, dass sie Ihnen gehört.',
      link: { label: 'Adresse bestätigen', validity: (until) => `Der Link gilt bis zum ${until}.` },
      notYou:
        'Sie waren das nicht? Dann ignorieren Sie diese E-Mail einfach. Ohne den Klick geschieht nichts: Wir erinnern Sie einmal und löschen die Adresse dann.',
    },
    reminder: {
      subject: 'Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      greeting: 'Guten Tag,',
      opening:
        'Sie haben sich mit dieser E-Mail-Adresse registriert und sie noch nicht bestätigt. Ein Klick genügt dafür.',
      link: { label: 'Adresse bestätigen', validity: (until) => `Der Link gilt bis zum ${until}.` },
      notYou:
        'Sie waren das nicht? Dann ignorieren Sie diese E-Mail einfach. Es ist die einzige Erinnerung; ohne den Klick löschen wir die Adresse.',
    },
    alreadyConfirmed: {
      subject: 'Ihre E-Mail-Adresse ist bereits bestätigt',
      greeting: 'Guten Tag,',
      opening:
        'jemand, vermutlich Sie, hat sich erneut mit dieser E-Mail-Adresse registriert. Sie ist bereits bestätigt: Es gibt nichts mehr zu tun.',
      notYou: 'Sie waren das nicht? Dann ignorieren Sie diese E-Mail einfach. Es hat sich nichts geändert.',
    },
  },
}
