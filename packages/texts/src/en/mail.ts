import type { MailTexts } from '../shapes.ts'

const link = {
  label: 'Confirm my address',
  validity: (until: string) => `The link works until ${until}.`,
}

export const mail: MailTexts = {
  dateLocale: 'en-GB',
  withdrawal: 'This was not me: delete my address',
  mails: {
    confirmation: {
      subject: 'Please confirm your mail address',
      preheader: 'One click, and your registration is complete.',
      greeting: 'Hello,',
      opening: 'You registered with this mail address. One click confirms that it is yours.',
      link,
      notYou:
        'This was not you? You may ignore this mail: without the click we only remind you, and then delete the address. Or have it deleted at once:',
    },
    reminder: {
      subject: 'Reminder: please confirm your mail address',
      preheader: 'Your registration is complete but for one click.',
      greeting: 'Hello,',
      opening: 'You registered with this mail address and have not confirmed it yet. One click does it.',
      link,
      notYou:
        'This was not you? You may ignore this mail: it is the only reminder, and without the click we delete the address. Or have it deleted at once:',
    },
    firstReminder: {
      subject: 'Reminder: please confirm your mail address',
      preheader: 'Your registration is complete but for one click.',
      greeting: 'Hello,',
      opening: 'You registered with this mail address and have not confirmed it yet. One click does it.',
      link,
      notYou:
        'This was not you? You may ignore this mail: without the click we remind you again, and then delete the address. Or have it deleted at once:',
    },
    secondReminder: {
      subject: 'Still waiting: please confirm your mail address',
      preheader: 'One click, and we stop reminding you.',
      greeting: 'Hello again,',
      opening: 'Your registration with this mail address still lacks one click. Here is the link once more.',
      link,
      notYou:
        'This was not you? You may ignore this mail: without the click we remind you again, and then delete the address. Or have it deleted at once:',
    },
    lastReminder: {
      subject: 'Last reminder: please confirm your mail address',
      preheader: 'Without a click your registration lapses, and we do not write again.',
      greeting: 'Hello again,',
      opening: 'This is our last mail about your registration. Without a click on this link it lapses.',
      link,
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
}
