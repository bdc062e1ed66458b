import type { Brand } from '@confirmation-reminder/contracts/brand'
import type { ConfirmBy, FunctionName } from '@confirmation-reminder/contracts/functions'
import type { OwnPages } from '@confirmation-reminder/contracts/own-pages'
import type { ReminderWords } from '@confirmation-reminder/contracts/payload'
import type { AttributeRules } from '@confirmation-reminder/contracts/registration-fields'
import type { Stage } from '@confirmation-reminder/contracts/stages'

/** What differs between stages, or might. */
export interface Settings {
  /** The AWS Region of everything but what AWS itself keeps elsewhere. */
  region: string
  /** The only account that may be deployed to, 12 digits. Left out: the account of the credentials. */
  accountId?: string
  /** The reminders of an unanswered registration, in their order. A run keeps the plan that it began with. */
  reminders: PlannedReminder[]
  /** When no reminder goes out, such as `21:00-08:00 Europe/Berlin`: one that is due then waits. Left out: never. */
  quietHours?: string
  /** Over how long reminders that fall due together are spread. 0 sends each when it is due. */
  spreadSeconds: number
  /** How many days after the last reminder, as late as it may come, an unanswered registration lapses. */
  expiresDaysAfterReminder: number
  /** For how many days an address whose owner said "this was not me" gets no mail, even if it is registered again. */
  withdrawalHoldDays: number
  /**
   * What confirms on the page that the mail leads to: the first sign of a person (a tap, a click, a key, the wheel, a
   * movement of the mouse, or the button), or the button alone, which loses a third of the people and more.
   */
  confirmBy: ConfirmBy
  /** Whose mails and pages these are: they name it, and wear its colour. */
  brand: Brand
  /** The sender of mails: `Name <local@domain>` or the bare address. SES verifies the domain. */
  sender: string
  /** The address for replies to mails. */
  replyTo: string
  /**
   * Whether SES keeps the account in its sandbox, as it does with every new one: until SES grants production access, it
   * delivers only to identities that you verified, and functions need a permission on these too. Never in prod. Left out: no.
   */
  sesSandbox?: boolean
  /** The base URL of links in mails, without a trailing slash. Left out: `https://<domain.api>`, or the API's own address. */
  publicUrl?: string
  /**
   * Names of your own for the API and the mails, in one hosted zone: Terraform creates the certificate, the custom domain of
   * the API and every record. Left out: the records of the sender's domain are created by hand (docs/deploy.md).
   */
  domain?: Domain
  /** The registration form of the stage's own site, to which pages link back. Left out: they show a plain one. */
  formUrl?: string
  /**
   * The origins of the pages that may register people with `fetch`, as browsers send them: `https://www.example.com`, or
   * `http://localhost:8080`. A form without JavaScript needs none. Left out: no page of another origin may.
   */
  origins?: string[]
  /**
   * Fields of a registration that are kept with the customer, by name: `{ plan: { maxLength: 40 } }`. Lengths are in
   * characters. They are texts of one line, all optional. Left out: none.
   */
  attributes?: AttributeRules
  /** Pages of the stage's own that people see in the place of ours, by their URLs (docs/embed.md). Left out: they see ours. */
  pages?: OwnPages
  /**
   * The work that a browser does before it registers somebody, against programs that register strangers: `effort` is how many
   * keys it derives at most. 1,000 are half a second on a laptop and some seconds on an old phone. It needs JavaScript, and forms
   * on other sites need a widget (docs/embed.md). Left out: none.
   */
  proofOfWork?: { effort: number }
  /** Who hears what happens to customers (docs/events.md). Left out: the stage's event bus, without addresses. */
  events?: Events
  slack: { workspaceId: string; channelId: string }
  /** What alarms post: as in the article, every change of every alarm; or quiet, only what someone must act on. */
  alarmStyle: 'article' | 'quiet'
  /**
   * The longest expected time between two successful runs, including nights and holidays. A longer one is an alarm of the
   * quiet style. Left out: no traffic is expected. At most seven days, because CloudWatch looks back no further.
   */
  expectsSuccessEverySeconds?: number
  /** Who looks after the stage. Every alarm names them, in Slack's markdown: a mention such as `<!subteam^S0EXAMPLE>` rings. */
  owner: string
  /** The URL of the runbook: every alarm links to its section there. */
  runbookUrl: string
  /**
   * The GitHub repository from where functions are shipped: `owner/name`, or `owner@id/name@id` where the subjects of its
   * OIDC tokens have ids. Roles trust exactly this. Left out: there are no roles to ship with.
   */
  github?: { repository: string }
  /** How long logs are kept, in days that CloudWatch offers. */
  logDays: number
  throttling: { registrations: Rate; otherRoutes: Rate }
  /**
   * How many Lambda executions the account may have at once in the Region, as `aws lambda get-account-settings` says: a
   * new account has 10, AWS's standard is 1,000.
   */
  accountConcurrency: number
  /**
   * The reserved concurrency of a function, which is also its maximum: a limit for public functions, which anyone can call
   * at any rate, and guaranteed capacity for the others. 0 disables a function. Left out: it shares the unreserved
   * concurrency. AWS keeps 100 of an account unreserved, so a new account can reserve nothing.
   */
  reservedConcurrency?: Partial<Record<FunctionName, number>>
  /**
   * How many registrations per hour of one IP address, or of one /64 of IPv6, are processed. Further ones get the same
   * response, but no row, run or mail.
   */
  registrationsPerSourceAndHour: number
  /** How many people register on a busy day. The report on a plan calculates costs and limits from it. */
  expectedRegistrationsPerDay: number
  /** The S3 bucket that keeps Terraform's state and its lock (docs/deploy.md). Left out: a file in infra/, for a single person. */
  stateBucket?: string
  /** Whether DynamoDB itself refuses to delete the table. */
  deletionProtection: boolean
}

export interface Events {
  /** Whether events have the email address, which everyone then has who may read them. Left out: no. */
  withAddress?: boolean
  /** The URL that EventBridge calls with each event. Locally also `http://localhost:<port>/`. Left out: none. */
  webhook?: string
}

/** Host names are in lower case, and without a dot at the end. */
export interface Domain {
  /** The public hosted zone of Route 53 in the stage's account. The sender's domain is the zone, or below it. */
  zone: string
  /** The host name of the API, where links in mails begin: the zone, or below it. */
  api: string
  /** The host name in the envelope of mails, below the sender's domain: mail servers check SPF there, and report bounces to it. */
  mailFrom: string
  /**
   * The DMARC policy of the sender's domain, which also concerns mails that other systems send from it. `unmanaged`: no
   * record is created, because the domain has one, or has that of the domain above it. Left out: none, which asks mail
   * servers to treat mails as before.
   */
  dmarc?: 'none' | 'quarantine' | 'reject' | 'unmanaged'
  /** The address that gets mail servers' reports on DMARC. Left out: they send none. */
  dmarcReports?: string
  /** What SES names as `SigningHostedZone` of the sender's domain. Left out: that of the Region (docs/deploy.md). */
  dkimZone?: string
}

export interface PlannedReminder {
  /**
   * The pause since the previous mail: the confirmation mail, or the previous reminder. A late reminder delays those
   * after it, so that two never come closer together than the plan says.
   */
  secondsAfterPreviousMail: number
  /** Which words it has. Left out: those that suit its place in the plan. */
  words?: ReminderWords
}

/** What API Gateway lets through: a steady rate, and how much may come at once. */
export interface Rate {
  perSecond: number
  burst: number
}

/** Every stage, side by side. The committed values are examples, which no deploy accepts: `npm run init` asks for yours. */
export const settings: Record<Stage, Settings> = {
  dev: {
    region: 'eu-west-1',
    // The article's one, after the article's day.
    reminders: [{ secondsAfterPreviousMail: 86_400 }],
    spreadSeconds: 0,
    expiresDaysAfterReminder: 7,
    withdrawalHoldDays: 30,
    confirmBy: 'sign',
    brand: {
      name: 'Example dev',
      accent: '#1f5fbf',
      postalAddress: 'Example Ltd, 1 Example Street, Dublin, Ireland',
      privacyUrl: 'https://www.example.com/privacy',
      supportUrl: 'https://www.example.com/support',
    },
    sender: 'Example dev <hello@dev.example.com>',
    replyTo: 'support@dev.example.com',
    // A new account is in it. Once SES has granted production access (docs/deploy.md), leave this out.
    sesSandbox: true,
    slack: { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLEDEV' },
    alarmStyle: 'article',
    owner: 'the person who deployed last',
    runbookUrl: 'https://github.com/example/confirmation-reminder/blob/main/docs/runbook.md',
    github: { repository: 'example/confirmation-reminder' },
    logDays: 14,
    // Open runs are limited to a million per account: with a wait of a day, ten a second stay below it.
    throttling: { registrations: { perSecond: 10, burst: 100 }, otherRoutes: { perSecond: 100, burst: 200 } },
    // A new account's, which reserves nothing: there, a flood of a public route can hold up everything else. Once AWS has
    // granted more (docs/deploy.md), put that here, and the reservations of prod below.
    accountConcurrency: 10,
    // A team that tries things from one office may do all of a busy day in one hour.
    registrationsPerSourceAndHour: 200,
    // A team that tries things.
    expectedRegistrationsPerDay: 200,
    deletionProtection: false,
  },
  prod: {
    region: 'eu-west-1',
    reminders: [{ secondsAfterPreviousMail: 86_400 }],
    quietHours: '21:00-08:00 Europe/Berlin',
    // SES gives most accounts 14 mails a second and 50,000 a day, which is 25,000 registrations with two mails each. If
    // the reminders of all of them fell due in one night, over an hour they would go out at 7 a second: half of what
    // SES takes, and the other half is for confirmation mails.
    spreadSeconds: 3_600,
    expiresDaysAfterReminder: 7,
    // Long enough for a person who registers others to lose interest.
    withdrawalHoldDays: 30,
    confirmBy: 'sign',
    brand: {
      name: 'Example',
      accent: '#1f5fbf',
      postalAddress: 'Example Ltd, 1 Example Street, Dublin, Ireland',
      privacyUrl: 'https://www.example.com/privacy',
      supportUrl: 'https://www.example.com/support',
    },
    sender: 'Example <hello@example.com>',
    replyTo: 'support@example.com',
    // Or `domain`, for which Terraform creates what leads there.
    publicUrl: 'https://signup.example.com',
    formUrl: 'https://www.example.com/newsletter',
    slack: { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLEPROD' },
    alarmStyle: 'quiet',
    // Somebody registers every day, and a day later their run succeeds.
    expectsSuccessEverySeconds: 86_400,
    owner: 'the registration team',
    runbookUrl: 'https://github.com/example/confirmation-reminder/blob/main/docs/runbook.md',
    github: { repository: 'example/confirmation-reminder' },
    logDays: 90,
    // As in dev, but a night may keep a run waiting for 14 hours more: (24 + 14) h at 7 a second are 957,600 runs.
    throttling: { registrations: { perSecond: 7, burst: 100 }, otherRoutes: { perSecond: 100, burst: 200 } },
    // What AWS grants on request. In a new account, which has 10, these reservations stop the deploy half way: docs/deploy.md.
    accountConcurrency: 1_000,
    // Public functions are limited to 210. So 790 are left, under any load from outside, for `reminder` (7 mails a
    // second, see spreadSeconds, of at most 30 s each: 210), `feedback` (two events for each of 14 mails a second, which
    // is 28 within a second), `announce` (one at once) and `failures` (one a minute).
    reservedConcurrency: {
      // A burst of 100 and 7 a second, each answered within a second: 107 at once.
      register: 110,
      // Scanners open the links of every mail as it comes, 14 a second, within a second when cold: 14. Of 10,000 a day
      // 1,000 come in the busiest hour and twice as dense in clusters, so 0.4 a second confirm, each of whom may wait 20 s
      // for a reminder on its way: 8. Twice that is enough even while the table is slow.
      confirm: 50,
      // As many links, and fewer people.
      withdraw: 50,
    },
    // An office or a mobile network has many people behind one address, of whom few register in the same hour. A person
    // who registers strangers gets 480 registrations a day out of an address: a fiftieth of the 25,000 that SES has mails for.
    registrationsPerSourceAndHour: 20,
    expectedRegistrationsPerDay: 10_000,
    deletionProtection: true,
  },
}
