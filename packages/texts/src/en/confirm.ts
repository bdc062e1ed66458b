import type { ConfirmTexts } from '../shapes.ts'

export const confirm: ConfirmTexts = {
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
    text: 'Somebody with this mail said that it was not them, so we deleted the address. There is nothing left to confirm.',
  },
  notUnderstood: {
    title: 'This did not work',
    text: 'We did not understand what your browser sent. Open the link in the mail once more, or register again: then a new link comes by mail.',
  },
}
