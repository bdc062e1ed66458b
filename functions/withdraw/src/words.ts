import type { Locale } from '@confirmation-reminder/contracts/functions'

export type PageName = 'pending' | 'withdrawn' | 'malformed' | 'unknown' | 'expired' | 'notUnderstood'

interface Words {
  title: string
  text: string
}

/** What the pages say: what is, and what to do next. */
export const words: Record<
  Locale,
  Record<PageName, Words> & { button: string; otherwise: string; register: string; onHold: string }
> = {
  en: {
    button: 'Delete my address',
    register: 'Do you want to register?',
    onHold: 'For some time we send no mail to this address. After that you can register again.',
    otherwise: 'It was you after all? Then simply close this page: nothing has happened yet.',
    pending: {
      title: 'This was not you?',
      text: 'One click, and we delete your mail address and all that we know with it. You get no more mail from us, even if somebody enters your address again soon.',
    },
    withdrawn: {
      title: 'Your mail address is deleted',
      text: 'You get no more mail from us. There is nothing left to do, and you can close this page.',
    },
    malformed: {
      title: 'This link is not complete',
      text: 'Some mail programs break long links in two. Open the link in the mail once more, or copy all of it into the address bar. Or answer the mail, and we delete your address.',
    },
    unknown: {
      title: 'We do not know this link',
      text: 'The registration behind it is most likely deleted already. If mails still come, open this link in the newest of them.',
    },
    expired: {
      title: 'This registration has lapsed already',
      text: 'Nobody confirmed it in time, so we use the address no more and delete it. There is nothing left to do.',
    },
    notUnderstood: {
      title: 'This did not work',
      text: 'We did not understand what your browser sent. Open the link in the mail once more, or answer the mail, and we delete your address.',
    },
  },
  de: {
    button: 'Adresse löschen',
    register: 'Möchten Sie sich registrieren?',
    onHold: 'Eine Zeit lang senden wir keine E-Mails an diese Adresse. Danach können Sie sich wieder registrieren.',
    otherwise: 'Sie waren es doch? Dann schließen Sie diese Seite einfach: Es ist noch nichts geschehen.',
    pending: {
      title: 'Sie waren das nicht?',
      text: 'Ein Klick, und wir löschen Ihre E-Mail-Adresse und alles, was wir dazu wissen. Sie bekommen keine E-Mails mehr von uns, auch wenn jemand Ihre Adresse bald noch einmal eingibt.',
    },
    withdrawn: {
      title: 'Ihre E-Mail-Adresse ist gelöscht',
      text: 'Sie bekommen keine E-Mails mehr von uns. Es gibt nichts mehr zu tun, und Sie können diese Seite schließen.',
    },
    malformed: {
      title: 'Dieser Link ist nicht vollständig',
      text: 'Manche E-Mail-Programme trennen lange Links. Öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn ganz in die Adresszeile. Oder antworten Sie auf die E-Mail, und wir löschen Ihre Adresse.',
    },
    unknown: {
      title: 'Wir kennen diesen Link nicht',
      text: 'Die Registrierung dahinter ist wahrscheinlich schon gelöscht. Falls noch E-Mails kommen, öffnen Sie diesen Link in der neuesten.',
    },
    expired: {
      title: 'Diese Registrierung ist schon abgelaufen',
      text: 'Niemand hat sie rechtzeitig bestätigt, und so benutzen wir die Adresse nicht mehr und löschen sie. Es gibt nichts mehr zu tun.',
    },
    notUnderstood: {
      title: 'Das hat nicht geklappt',
      text: 'Wir haben nicht verstanden, was Ihr Browser geschickt hat. Öffnen Sie den Link in der E-Mail noch einmal, oder antworten Sie auf die E-Mail, und wir löschen Ihre Adresse.',
    },
  },
}
