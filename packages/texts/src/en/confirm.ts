import type { ConfirmTexts, Naming } from '../shapes.ts'

export const confirm: Naming<ConfirmTexts> = (name) => ({
  button: 'Confirm my email address',
  signs: 'Or simply tap anywhere, press a key, scroll, or move the mouse.',
  onHold: 'For a while, we won’t send any emails to this address. After that, you can register again.',
  pending: { title: 'Confirm your email address', text: `One click completes your registration with ${name}.` },
  confirmed: {
    title: 'Your email address is confirmed',
    text: `Thank you. Your registration with ${name} is complete, and you can close this page. If you didn’t register, use the link in our email to delete your address.`,
  },
  malformed: {
    title: 'This link is incomplete',
    text: 'Some email programs break long links in two. Open the link in the email again, or copy all of it into the address bar. Or register again, and we’ll email you a new link.',
  },
  unknown: {
    title: 'This link isn’t valid',
    text: 'Your registration may have expired. Try the link in our latest email, or register again, and we’ll email you a new link.',
  },
  expired: {
    title: 'This link has expired',
    text: 'It wasn’t used in time, so the registration has expired too. Register again, and we’ll email you a new link.',
  },
  withdrawn: {
    title: 'This registration was withdrawn',
    text: `Someone used the link in our email to say that they hadn’t registered with ${name}, so we deleted the address. There’s nothing left to confirm.`,
  },
  notUnderstood: {
    title: 'That didn’t work',
    text: 'We couldn’t process what your browser sent. Open the link in the email again. Or register again, and we’ll email you a new link.',
  },
})
