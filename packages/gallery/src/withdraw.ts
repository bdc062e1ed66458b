import { type EndName, statusOf, statusPage, withdrawalPage } from '@confirmation-reminder/pages/withdraw'
import { kebab, type Sample } from './sample.ts'

const pages: Record<EndName, Pick<Sample, 'title' | 'when'>> = {
  withdrawn: { title: 'Deleted', when: 'Shown after the deletion, and whenever the link is opened again.' },
  malformed: { title: 'Incomplete link', when: 'Shown if a link was cut off.' },
  unknown: { title: 'Unknown link', when: 'Shown if the link belongs to no registration.' },
  expired: { title: 'Expired registration', when: 'Shown if the registration was not confirmed in time.' },
  notUnderstood: { title: 'Not understood', when: 'Shown if a browser sends something else, or too much.' },
}

/** The pages of the function withdraw, in each state. */
export const withdrawSamples: Sample[] = [
  {
    what: 'withdraw-pending',
    title: 'Question',
    when: 'Shown behind the link at the end of a mail.',
    show: (locale, site) => ({ response: withdrawalPage(locale, 'a-token', site) }),
  },
  ...Object.entries(pages).map(([key, about]): Sample => {
    const name = key as EndName
    const status = name === 'notUnderstood' ? 400 : statusOf[name]
    return {
      ...about,
      what: `withdraw-${kebab(name)}`,
      show: (locale, { BRAND }) => ({ response: statusPage(status, locale, name, { BRAND, FORM_URL: '' }) }),
    }
  }),
]
