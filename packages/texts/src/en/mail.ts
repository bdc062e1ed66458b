import type { MailTexts, Naming } from '../shapes.ts'

const link = {
  label: 'Confirm my email address',
  validity: (until: string) => `This link works until ${until}.`,
  copy: 'If the button doesn’t work, open this link:',
}

const months = 'January February March April May June July August September October November December'.split(' ')

export const mail: Naming<MailTexts> = (name) => ({
  moment: (day, month, year, time) => `${day} ${months[month]} ${year} at ${time} UTC`,
  withdrawal: 'Delete my email address',
  mails: {
    confirmation: {
      subject: `Please confirm your email address for ${name}`,
      preheader: 'One click completes your registration.',
      greeting: 'Hello,',
      opening: `You’re getting this email because someone registered with ${name} using this address. If that was you, please confirm it with one click.`,
      link,
      notYou:
        'Didn’t register? You can ignore this email: if the address isn’t confirmed, we’ll remind you and then delete it. Or delete it right away:',
    },
    reminder: {
      subject: `Reminder: please confirm your email address for ${name}`,
      preheader: 'You’re one click away from completing your registration.',
      greeting: 'Hello,',
      opening: `You’re getting this reminder because your registration with ${name} isn’t complete yet: please confirm this email address. All it takes is one click.`,
      link,
      notYou:
        'Didn’t register? You can ignore this email: this is our only reminder, and if the address isn’t confirmed, we’ll delete it. Or delete it right away:',
    },
    firstReminder: {
      subject: `Reminder: please confirm your email address for ${name}`,
      preheader: 'You’re one click away from completing your registration.',
      greeting: 'Hello,',
      opening: `You’re getting this reminder because your registration with ${name} isn’t complete yet: please confirm this email address. All it takes is one click.`,
      link,
      notYou:
        'Didn’t register? You can ignore this email: if the address isn’t confirmed, we’ll remind you again and then delete it. Or delete it right away:',
    },
    secondReminder: {
      subject: `Another reminder: please confirm your email address for ${name}`,
      preheader: 'One click, and we’ll stop reminding you.',
      greeting: 'Hello again,',
      opening: `Your registration with ${name} is still waiting for you to confirm this email address. Here’s the link once more.`,
      link,
      notYou:
        'Didn’t register? You can ignore this email: if the address isn’t confirmed, we’ll remind you again and then delete it. Or delete it right away:',
    },
    lastReminder: {
      subject: `Last reminder: please confirm your email address for ${name}`,
      preheader: 'Without your click, the registration expires and we won’t write again.',
      greeting: 'Hello again,',
      opening: `This is our last email about your registration with ${name}. If you don’t confirm this email address, the registration expires.`,
      link,
      notYou:
        'Didn’t register? You can ignore this email: we won’t send another, and if the address isn’t confirmed, we’ll delete it. Or delete it right away:',
    },
    alreadyConfirmed: {
      subject: `Your email address for ${name} is already confirmed`,
      preheader: 'You don’t need to do anything, even if you just registered again.',
      greeting: 'Hello,',
      opening: `You’re getting this email because someone, probably you, registered with ${name} again using this address. It’s already confirmed, so there’s nothing left to do.`,
      notYou:
        'Didn’t register again? You can ignore this email: nothing has changed. If you never registered with us, you can delete the address:',
    },
  },
})
