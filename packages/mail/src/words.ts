import type { Locale } from '@confirmation-reminder/contracts/functions'
import type { MailKind } from '@confirmation-reminder/contracts/payload'

/** What a mail says. Plain text throughout: whoever writes HTML from it escapes it. */
export interface Words {
  subject: string
  /** What lists of mails show behind the subject: what it does not say, short enough for a phone. */
  preheader: string
  greeting: string
  /** What happened, in one paragraph. */
  opening: string
  /** What the link does, and until when, for mails that have one. */
  link?: { label: string; validity: (until: string) => string }
  /** What to do if it was somebody else; the link that withdraws follows. */
  notYou: string
}

/**
 * Names the words below, for the proof of consent: the day on which they last changed. A test knows the words of each
 * version, so that none changes under its name.
 */
export const textVersion = '2026-11-27'

/** What the link that withdraws says. */
export const withdrawal: Record<Locale, string> = {
  en: 'This was not me: delete my address',
  de: 'Das war ich nicht: Adresse löschen',
}

const confirmInEnglish = {
  label: 'Confirm my address',
  validity: (until: string) => `The link works until ${until}.`,
}
const confirmInGerman = {
  label: 'Adresse bestätigen',
  validity: (until: string) => `Der Link gilt bis zum ${until}.`,
}

/** Every word of every mail. */
export const words: Record<Locale, Record<MailKind, Words>> = {
  en: {
    confirmation: {
      subject: 'Please confirm your mail address',
      preheader: 'One click, and your registration is complete.',
      greeting: 'Hello,',
      opening: 'You registered with this mail address. One click confirms that it is yours.',
      link: confirmInEnglish,
      notYou:
        'This was not you? You may ignore this mail: without the click we only remind you, and then delete the address. Or have it deleted at once:',
    },
    reminder: {
      subject: 'Reminder: please confirm your mail address',
      preheader: 'Your registration is complete but for one click.',
      greeting: 'Hello,',
      opening: 'You registered with this mail address and have not confirmed it yet. One click does it.',
      link: confirmInEnglish,
      notYou:
        'This was not you? You may ignore this mail: it is the only reminder, and without the click we delete the address. Or have it deleted at once:',
    },
    firstReminder: {
      subject: 'Reminder: please confirm your mail address',
      preheader: 'Your registration is complete but for one click.',
      greeting: 'Hello,',
      opening: 'You registered with this mail address and have not confirmed it yet. One click does it.',
      link: confirmInEnglish,
      notYou:
        'This was not you? You may ignore this mail: without the click we remind you again, and then delete the address. Or have it deleted at once:',
    },
    secondReminder: {
      subject: 'Still waiting: please confirm your mail address',
      preheader: 'One click, and we stop reminding you.',
      greeting: 'Hello again,',
      opening: 'Your registration with this mail address still lacks one click. Here is the link once more.',
      link: confirmInEnglish,
      notYou:
        'This was not you? You may ignore this mail: without the click we remind you again, and then delete the address. Or have it deleted at once:',
    },
    lastReminder: {
      subject: 'Last reminder: please confirm your mail address',
      preheader: 'Without a click your registration lapses, and we do not write again.',
      greeting: 'Hello again,',
      opening: 'This is our last mail about your registration. Without a click on this link it lapses.',
      link: confirmInEnglish,
      notYou:
        'This was not you? You may ignore this mail: no other follows, and without the click we delete the address. Or have it deleted at once:',
    },
    alreadyConfirmed: {
      subject: 'Your mail address is already confirmed',
      preheader: 'You registered again, or somebody else did. There is nothing left to do.',
      greeting: 'Hello,',
      opening:
        'Somebody, probably you, registered again with this mail address. It is already confirmed: there is nothing left to do.',
      notYou:
        'This was not you? You may ignore this mail: nothing has changed. Or, if you never registered here, have the address deleted:',
    },
  },
  de: {
    confirmation: {
      subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ein Klick, und Ihre Registrierung ist abgeschlossen.',
      greeting: 'Guten Tag,',
      opening: 'Sie haben sich mit dieser E-Mail-Adresse registriert. Ein Klick bestätigt, dass sie Ihnen gehört.',
      link: confirmInGerman,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Ohne den Klick erinnern wir Sie nur und löschen die Adresse dann. Oder lassen Sie sie sofort löschen:',
    },
    reminder: {
      subject: 'Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ihrer Registrierung fehlt nur noch ein Klick.',
      greeting: 'Guten Tag,',
      opening:
        'Sie haben sich mit dieser E-Mail-Adresse registriert und sie noch nicht bestätigt. Ein Klick genügt dafür.',
      link: confirmInGerman,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Es ist die einzige Erinnerung, und ohne den Klick löschen wir die Adresse. Oder lassen Sie sie sofort löschen:',
    },
    firstReminder: {
      subject: 'Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ihrer Registrierung fehlt nur noch ein Klick.',
      greeting: 'Guten Tag,',
      opening:
        'Sie haben sich mit dieser E-Mail-Adresse registriert und sie noch nicht bestätigt. Ein Klick genügt dafür.',
      link: confirmInGerman,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Ohne den Klick erinnern wir Sie noch einmal und löschen die Adresse dann. Oder lassen Sie sie sofort löschen:',
    },
    secondReminder: {
      subject: 'Noch offen: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ein Klick, und wir erinnern Sie nicht mehr.',
      greeting: 'Guten Tag,',
      opening: 'Ihrer Registrierung mit dieser E-Mail-Adresse fehlt noch ein Klick. Hier ist der Link noch einmal.',
      link: confirmInGerman,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Ohne den Klick erinnern wir Sie noch einmal und löschen die Adresse dann. Oder lassen Sie sie sofort löschen:',
    },
    lastReminder: {
      subject: 'Letzte Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ohne Ihren Klick verfällt die Registrierung, und wir schreiben nicht mehr.',
      greeting: 'Guten Tag,',
      opening: 'dies ist unsere letzte E-Mail zu Ihrer Registrierung. Ohne einen Klick auf diesen Link verfällt sie.',
      link: confirmInGerman,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Es folgt keine weitere, und ohne den Klick löschen wir die Adresse. Oder lassen Sie sie sofort löschen:',
    },
    alreadyConfirmed: {
      subject: 'Ihre E-Mail-Adresse ist bereits bestätigt',
      preheader: 'Sie oder jemand anderes hat sich erneut registriert. Es gibt nichts mehr zu tun.',
      greeting: 'Guten Tag,',
      opening:
        'jemand, vermutlich Sie, hat sich erneut mit dieser E-Mail-Adresse registriert. Sie ist bereits bestätigt: Es gibt nichts mehr zu tun.',
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Es hat sich nichts geändert. Oder, falls Sie sich nie registriert haben, lassen Sie die Adresse löschen:',
    },
  },
}
