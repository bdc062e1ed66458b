import type { Naming, WithdrawTexts } from '../shapes.ts'

export const withdraw: Naming<WithdrawTexts> = (name) => ({
  button: 'Delete my email address',
  register: 'Would you like to register?',
  onHold: 'For a while, we won’t send any emails to this address. After that, you can register again.',
  otherwise: 'Changed your mind? Just close this page: nothing has been deleted yet.',
  pending: {
    title: 'Delete your email address?',
    text: `If you didn’t register with ${name}, you can delete your email address here, along with everything we’ve stored about the registration. We won’t email you about it again, even if someone enters your address again soon.`,
  },
  withdrawn: {
    title: 'Your email address has been deleted',
    text: `We’ve deleted your registration with ${name} and won’t email you about it again. You can close this page.`,
  },
  malformed: {
    title: 'This link is incomplete',
    text: 'Some email programs break long links in two. Open the link in the email again, or copy all of it into the address bar. Or reply to the email, and we’ll delete your address.',
  },
  unknown: {
    title: 'This link isn’t valid',
    text: 'The registration has most likely been deleted already. If you still get emails about it, open this link in the latest one.',
  },
  expired: {
    title: 'This registration has already expired',
    text: 'It wasn’t confirmed in time, so we no longer use the address and will delete it. There’s nothing left to do.',
  },
  notUnderstood: {
    title: 'That didn’t work',
    text: 'We couldn’t process what your browser sent. Open the link in the email again. Or reply to the email, and we’ll delete your address.',
  },
})
