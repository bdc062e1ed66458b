import type { Locale } from '@confirmation-reminder/contracts/functions'

export type PageName = 'pending' | 'confirmed' | 'malformed' | 'unknown' | 'expired' | 'withdrawn' | 'notUnderstood'

interface Words {
  title: string
  text: string
}

/** What the pages say: what is, and what to do next. */
export const words: Record<Locale, Record<PageName, Words> & { button: string; signs: string; onHold: string }> = {
  en: {
    button: 'Confirm my address',
    signs: 'It is also enough to tap anywhere, press a key, scroll, or move the mouse.',
    onHold: 'For some time we send no mail to this address. After that you can register again.',
    pending: { title: 'Confirm your mail address', text: 'One click, and your registration is complete.' },
    confirmed: {
      title: 'Your mail address is confirmed',
      text: 'Thank you. There is nothing left to do, and you can close this page. If this was not you, the last link in the mail deletes your address.',
    },
    malformed: {
      title: 'This link is not complete',
      text: 'Some mail programs break long links in two. Open the link in the mail once more, or copy all of it into the address bar. Or register again: then a new link comes by mail.',
    },
    unknown: {
      title: 'We do not know this link',
      text: 'The registration behind it may have lapsed. Try the link in the newest mail from us, or register again: then a new link comes by mail.',
    },
    expired: {
      title: 'This link has expired',
      text: 'It was not used in time, so the registration has lapsed. Register again: then a new link comes by mail.',
    },
    withdrawn: {
      title: 'This registration was withdrawn',
      text: 'Somebody with this mail told us that it was not them, so we deleted the address. There is nothing left to confirm.',
    },
    notUnderstood: {
      title: 'This did not work',
      text: 'We did not understand what your browser sent. Open the link in the mail once more, or register again: then a new link comes by mail.',
    },
  },
  de: {
    button: 'Adresse bestätigen',
    signs: 'Es genügt auch, irgendwohin zu tippen, eine Taste zu drücken, zu scrollen oder die Maus zu bewegen.',
    onHold: 'Eine Zeit lang senden wir keine E-Mails an diese Adresse. Danach können Sie sich wieder registrieren.',
    pending: {
      title: 'Bestätigen Sie Ihre E-Mail-Adresse',
      text: 'Ein Klick, und Ihre Registrierung ist abgeschlossen.',
    },
    confirmed: {
      title: 'Ihre E-Mail-Adresse ist bestätigt',
      text: 'Vielen Dank. Es gibt nichts mehr zu tun, und Sie können diese Seite schließen. Falls Sie das nicht waren: Der letzte Link in der E-Mail löscht Ihre Adresse.',
    },
    malformed: {
      title: 'Dieser Link ist nicht vollständig',
      text: 'Manche E-Mail-Programme trennen lange Links. Öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn ganz in die Adresszeile. Oder registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
    },
    unknown: {
      title: 'Wir kennen diesen Link nicht',
      text: 'Die Registrierung dahinter ist vielleicht abgelaufen. Versuchen Sie den Link in unserer neuesten E-Mail, oder registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
    },
    expired: {
      title: 'Dieser Link ist abgelaufen',
      text: 'Er wurde nicht rechtzeitig benutzt, und so ist die Registrierung verfallen. Registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
    },
    withdrawn: {
      title: 'Diese Registrierung wurde zurückgezogen',
      text: 'Jemand mit dieser E-Mail hat uns gesagt, dass er es nicht war, und so haben wir die Adresse gelöscht. Es gibt nichts mehr zu bestätigen.',
    },
    notUnderstood: {
      title: 'Das hat nicht geklappt',
      text: 'Wir haben nicht verstanden, was Ihr Browser geschickt hat. Öffnen Sie den Link in der E-Mail noch einmal, oder registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
    },
  },
}
