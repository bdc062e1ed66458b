import type { MailTexts, Naming } from '../shapes.ts'

const link = {
  label: 'E-Mail-Adresse bestätigen',
  validity: (until: string) => `Der Link gilt bis zum ${until}.`,
  copy: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diesen Link:',
}

const months = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ')

export const mail: Naming<MailTexts> = (name) => ({
  moment: (day, month, year, time) => `${day}. ${months[month]} ${year} um ${time} Uhr (UTC)`,
  withdrawal: 'E-Mail-Adresse löschen',
  mails: {
    confirmation: {
      subject: `Bitte bestätigen Sie Ihre E-Mail-Adresse für ${name}`,
      preheader: 'Mit einem Klick ist Ihre Registrierung abgeschlossen.',
      greeting: 'Guten Tag,',
      opening: `Sie erhalten diese E-Mail, weil sich jemand mit dieser Adresse bei ${name} registriert hat. Wenn Sie das waren, bestätigen Sie die Adresse bitte mit einem Klick.`,
      link,
      notYou:
        'Sie haben sich nicht registriert? Dann können Sie diese E-Mail ignorieren: Wird die Adresse nicht bestätigt, erinnern wir Sie daran und löschen die Adresse dann. Oder löschen Sie sie sofort:',
    },
    reminder: {
      subject: `Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse für ${name}`,
      preheader: 'Ihrer Registrierung fehlt nur noch ein Klick.',
      greeting: 'Guten Tag,',
      opening: `Sie erhalten diese Erinnerung, weil Ihre Registrierung bei ${name} noch nicht abgeschlossen ist: Bitte bestätigen Sie diese E-Mail-Adresse. Ein Klick genügt.`,
      link,
      notYou:
        'Sie haben sich nicht registriert? Dann können Sie diese E-Mail ignorieren: Dies ist die einzige Erinnerung. Wird die Adresse nicht bestätigt, löschen wir sie. Oder löschen Sie sie sofort:',
    },
    firstReminder: {
      subject: `Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse für ${name}`,
      preheader: 'Ihrer Registrierung fehlt nur noch ein Klick.',
      greeting: 'Guten Tag,',
      opening: `Sie erhalten diese Erinnerung, weil Ihre Registrierung bei ${name} noch nicht abgeschlossen ist: Bitte bestätigen Sie diese E-Mail-Adresse. Ein Klick genügt.`,
      link,
      notYou:
        'Sie haben sich nicht registriert? Dann können Sie diese E-Mail ignorieren: Wird die Adresse nicht bestätigt, erinnern wir Sie noch einmal daran und löschen die Adresse dann. Oder löschen Sie sie sofort:',
    },
    secondReminder: {
      subject: `Noch offen: Bitte bestätigen Sie Ihre E-Mail-Adresse für ${name}`,
      preheader: 'Ein Klick, und wir erinnern Sie nicht mehr daran.',
      greeting: 'Guten Tag,',
      opening: `Ihre Registrierung bei ${name} ist noch offen: Es fehlt die Bestätigung dieser E-Mail-Adresse. Hier ist der Link noch einmal.`,
      link,
      notYou:
        'Sie haben sich nicht registriert? Dann können Sie diese E-Mail ignorieren: Wird die Adresse nicht bestätigt, erinnern wir Sie noch einmal daran und löschen die Adresse dann. Oder löschen Sie sie sofort:',
    },
    lastReminder: {
      subject: `Letzte Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse für ${name}`,
      preheader: 'Ohne Ihren Klick verfällt die Registrierung, und wir schreiben Ihnen nicht mehr.',
      greeting: 'Guten Tag,',
      opening: `dies ist unsere letzte E-Mail zu Ihrer Registrierung bei ${name}. Wenn Sie diese E-Mail-Adresse nicht bestätigen, verfällt die Registrierung.`,
      link,
      notYou:
        'Sie haben sich nicht registriert? Dann können Sie diese E-Mail ignorieren: Wir schreiben Ihnen nicht mehr. Wird die Adresse nicht bestätigt, löschen wir sie. Oder löschen Sie sie sofort:',
    },
    alreadyConfirmed: {
      subject: `Ihre E-Mail-Adresse für ${name} ist bereits bestätigt`,
      preheader: 'Sie müssen nichts tun, auch wenn Sie sich gerade erneut registriert haben.',
      greeting: 'Guten Tag,',
      opening: `Sie erhalten diese E-Mail, weil sich jemand mit dieser Adresse erneut bei ${name} registriert hat, vermutlich Sie selbst. Sie ist bereits bestätigt: Es gibt nichts mehr zu tun.`,
      notYou:
        'Sie haben sich nicht erneut registriert? Dann können Sie diese E-Mail ignorieren: Es hat sich nichts geändert. Falls Sie sich nie bei uns registriert haben, können Sie die Adresse löschen:',
    },
  },
})
