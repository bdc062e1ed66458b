import type { WithdrawTexts } from '../shapes.ts'

export const withdraw: WithdrawTexts = {
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
    text: 'It was not confirmed in time, so we no longer use the address and delete it. There is nothing left to do.',
  },
  notUnderstood: {
    title: 'This did not work',
    text: 'We did not understand what your browser sent. Open the link in the mail once more, or answer the mail, and we delete your address.',
  },
}
