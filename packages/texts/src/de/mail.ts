import type { MailTexts } from '../shapes.ts'

const link = {
  label: 'Adresse bestätigen',
  validity: (until: string) => `Der Link gilt bis zum ${until}.`,
}

export const mail: MailTexts = {
  dateLocale: 'de-DE',
  withdrawal: 'Das war ich nicht: Adresse löschen',
  mails: {
    confirmation: {
      subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ein Klick, und Ihre Registrierung ist abgeschlossen.',
      greeting: 'Guten Tag,',
      opening: 'Sie haben sich mit dieser E-Mail-Adresse registriert. Ein Klick bestätigt, dass sie Ihnen gehört.',
      link,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Ohne den Klick erinnern wir Sie nur und löschen die Adresse dann. Oder lassen Sie sie sofort löschen:',
    },
    reminder: {
      subject: 'Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ihrer Registrierung fehlt nur noch ein Klick.',
      greeting: 'Guten Tag,',
      opening:
        'Sie haben sich mit dieser E-Mail-Adresse registriert und sie noch nicht bestätigt. Ein Klick genügt dafür.',
      link,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Es ist die einzige Erinnerung, und ohne den Klick löschen wir die Adresse. Oder lassen Sie sie sofort löschen:',
    },
    firstReminder: {
      subject: 'Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ihrer Registrierung fehlt nur noch ein Klick.',
      greeting: 'Guten Tag,',
      opening:
        'Sie haben sich mit dieser E-Mail-Adresse registriert und sie noch nicht bestätigt. Ein Klick genügt dafür.',
      link,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Ohne den Klick erinnern wir Sie noch einmal und löschen die Adresse dann. Oder lassen Sie sie sofort löschen:',
    },
    secondReminder: {
      subject: 'Noch offen: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ein Klick, und wir erinnern Sie nicht mehr.',
      greeting: 'Guten Tag,',
      opening: 'Ihrer Registrierung mit dieser E-Mail-Adresse fehlt noch ein Klick. Hier ist der Link noch einmal.',
      link,
      notYou:
        'Sie waren das nicht? Dann können Sie diese E-Mail ignorieren: Ohne den Klick erinnern wir Sie noch einmal und löschen die Adresse dann. Oder lassen Sie sie sofort löschen:',
    },
    lastReminder: {
      subject: 'Letzte Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse',
      preheader: 'Ohne Ihren Klick verfällt die Registrierung, und wir schreiben nicht mehr.',
      greeting: 'Guten Tag,',
      opening: 'dies ist unsere letzte E-Mail zu Ihrer Registrierung. Ohne einen Klick auf diesen Link verfällt sie.',
      link,
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
