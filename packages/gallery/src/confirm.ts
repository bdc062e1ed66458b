import { confirmationPage, type PageName, statusOf, statusPage } from '@confirmation-reminder/pages/confirm'
import { kebab, type Sample } from './sample.ts'

const token = 'a-token'

const pages: Record<PageName, Pick<Sample, 'title' | 'when'>> = {
  confirmed: { title: 'Confirmed', when: 'Shown after the confirmation, and whenever the link is opened again.' },
  malformed: { title: 'Incomplete link', when: 'Shown if a link was cut off.' },
  unknown: { title: 'Unknown link', when: 'Shown if the link belongs to no registration.' },
  expired: { title: 'Expired link', when: 'Shown if the registration was not confirmed in time.' },
  withdrawn: { title: 'Withdrawn registration', when: 'Shown if the address was deleted by a link in a mail.' },
  notUnderstood: { title: 'Not understood', when: 'Shown if a browser sends something else, or too much.' },
}

/** The pages that lead back to a registration: to the plain form, or to the stage's own. */
const withWayBack: PageName[] = ['malformed', 'unknown', 'expired', 'notUnderstood']
const ownForm = 'https://example.com/register'

const status = (name: PageName) => (name === 'notUnderstood' ? 400 : statusOf[name])

/** The pages of the function confirm, in each state. */
export const confirmSamples: Sample[] = [
  {
    what: 'confirm-pending',
    title: 'Question',
    when: 'Shown behind the link of a mail, if the first sign of a person confirms.',
    show: (locale, site) => ({ response: confirmationPage({ status: 200, locale, token, confirmBy: 'sign', site }) }),
  },
  {
    what: 'confirm-pending-button',
    title: 'Question with the button only',
    when: 'Shown behind the link of a mail, if only the button confirms.',
    show: (locale, site) => ({ response: confirmationPage({ status: 200, locale, token, confirmBy: 'button', site }) }),
  },
  ...Object.entries(pages).flatMap(([key, about]): Sample[] => {
    const name = key as PageName
    const what = `confirm-${kebab(name)}`
    const plain: Sample = {
      ...about,
      what,
      show: (locale, { BRAND }) => ({ response: statusPage(status(name), locale, name, { BRAND, FORM_URL: '' }) }),
    }
    if (!withWayBack.includes(name)) return [plain]
    return [
      plain,
      {
        what: `${what}-own-form`,
        title: `${about.title}, own form`,
        when: `${about.when.replace(/\.$/, '')}, by a stage that has its own form.`,
        show: (locale, { BRAND }) => ({
          response: statusPage(status(name), locale, name, { BRAND, FORM_URL: ownForm }),
        }),
      },
    ]
  }),
]
