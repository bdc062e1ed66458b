import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { outputs, resourceName, type Subject, stackName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { TerraformElement, TerraformOutput, TerraformStack } from 'cdktf'
import type { Construct, Node } from 'constructs'
import { Alarms } from './alarms/alarms.ts'
import { chatbotMetricsRegion } from './alarms/table.ts'
import { ApiDomain } from './api-domain.ts'
import { keepState } from './backend.ts'
import type { Code } from './code.ts'
import { Customers } from './customers.ts'
import { Dashboard } from './dashboard.ts'
import { DeployRoles } from './deploy-roles.ts'
import { Events } from './events.ts'
import { examplesIn, localAccountId } from './examples.ts'
import { FailedRuns } from './failed-runs.ts'
import { HttpApi } from './http-api.ts'
import { LambdaFunction } from './lambda-function.ts'
import { Mail } from './mail.ts'
import { MailDomain } from './mail-domain.ts'
import { MailEvents } from './mail-events.ts'
import { Notify } from './notify.ts'
import { publicUrl } from './public-url.ts'
import { registrationLifetimeSeconds } from './reminder-plan.ts'
import type { Domain, Settings } from './settings.ts'
import { SlackChannel } from './slack-channel.ts'
import { Sources } from './sources.ts'
import { StateMachine } from './state-machine.ts'
import { Webhook } from './webhook.ts'
import { Zone } from './zone.ts'

/** Everything of one stage. */
export class ReminderStack extends TerraformStack {
  constructor(scope: Construct, stage: Stage, settings: Settings, code: Code) {
    super(scope, stackName(stage))
    const name = (subject: Subject) => resourceName(stage, subject)
    keepState(this, settings)
    const accounts = examplesIn(settings).length > 0 ? [localAccountId] : settings.accountId && [settings.accountId]
    new AwsProvider(this, 'aws', {
      region: settings.region,
      ...(accounts && { allowedAccountIds: accounts }),
      defaultTags: [{ tags: { project: 'confirmation-reminder', stage } }],
    })
    const { accountId } = new DataAwsCallerIdentity(this, 'account')

    const customers = new Customers(this, 'customers', { name: name('customers'), ...settings })
    const sources = new Sources(this, 'sources', { name: name('sources'), ...settings })
    const mail = new Mail(this, 'mail', { ...settings, configurationSet: name('mail'), accountId })
    const { configurationSet } = mail
    const mailEvents = new MailEvents(this, 'mail-events', {
      name: name('mail-events'),
      deadLettersName: name('mail-events-dead'),
      undeliveredName: name('mail-events-undelivered'),
      accountId,
      configurationSet,
    })
    const api = new HttpApi(this, 'api', { name: name('api'), ...settings })

    const domain = settings.domain && this.domain({ ...settings, domain: settings.domain }, mail)

    const common = { stage, code, ...settings }
    // No link may begin with a host name that does not exist yet.
    const linking = { ...common, ...(domain && { dependsOn: domain.records }) }
    const CUSTOMERS_TABLE = customers.tableName
    const BRAND = JSON.stringify(settings.brand)
    const pages = {
      BRAND,
      FORM_URL: settings.formUrl ?? '',
      PAGES: JSON.stringify(settings.pages ?? {}),
      PROOF_OF_WORK: String(settings.proofOfWork?.effort ?? 0),
    }
    const sending = { BRAND, PUBLIC_URL: publicUrl(this, settings) ?? api.url, ...mail.environment }
    const reminder = new LambdaFunction(this, 'reminder', {
      ...linking,
      environment: {
        CUSTOMERS_TABLE,
        ...sending,
        ...mailEvents.environment,
        QUIET_HOURS: settings.quietHours ?? '',
        SPREAD_SECONDS: String(settings.spreadSeconds),
      },
    })
    const lifetimeSeconds = registrationLifetimeSeconds(settings)
    const plan = { lifetimeSeconds, ...settings }
    const workflow = new StateMachine(this, 'workflow', { ...plan, name: name('workflow'), accountId, reminder })
    const register = new LambdaFunction(this, 'register', {
      ...linking,
      environment: {
        CUSTOMERS_TABLE,
        ...sending,
        ...pages,
        ...sources.environment,
        STATE_MACHINE_ARN: workflow.arn,
        ATTRIBUTES: JSON.stringify(settings.attributes ?? {}),
        REGISTRATION_LIFETIME_SECONDS: String(lifetimeSeconds),
      },
    })
    const confirm = new LambdaFunction(this, 'confirm', {
      ...common,
      environment: { CUSTOMERS_TABLE, ...pages, CONFIRM_BY: settings.confirmBy },
    })
    const withdraw = new LambdaFunction(this, 'withdraw', {
      ...common,
      environment: { CUSTOMERS_TABLE, ...pages, WITHDRAWAL_HOLD_DAYS: String(settings.withdrawalHoldDays) },
    })
    const feedback = new LambdaFunction(this, 'feedback', { ...common, environment: { CUSTOMERS_TABLE } })

    const events = new Events(this, 'events', { name: name('events'), unannouncedName: name('unannounced') })
    const announce = new LambdaFunction(this, 'announce', {
      ...common,
      environment: {
        EVENT_BUS: events.busName,
        EVENTS_WITH_ADDRESS: settings.events?.withAddress ? 'true' : 'false',
      },
    })
    const webhook = settings.events?.webhook
      ? new Webhook(this, 'webhook', {
          name: name('webhook'),
          deadLettersName: name('webhook-dead'),
          busName: events.busName,
          url: settings.events.webhook,
        })
      : undefined

    api.serve(register)
    api.serve(confirm)
    api.serve(withdraw)
    domain?.leadTo(api.target)
    customers.writableBy(register, confirm, withdraw, reminder, feedback)
    sources.countedBy(register)
    mail.sendableBy(register, reminder)
    mailEvents.recordedBy(feedback)
    mailEvents.countedBy(reminder)
    workflow.startableBy(register)
    events.announcedBy(announce, customers)

    const where = { region: settings.region, alarmRegion: chatbotMetricsRegion }
    const notify = new Notify(this, 'notify', { name: name('notify'), accountId, ...where })
    const failedRuns = new FailedRuns(this, 'failed-runs', { name: name('failures'), stateMachineArn: workflow.arn })
    const failures = new LambdaFunction(this, 'failures', {
      ...common,
      environment: {
        FAILURES_TABLE: failedRuns.tableName,
        NOTIFY_TOPIC_ARN: notify.topicArn,
        RUNBOOK_URL: settings.runbookUrl,
      },
    })
    failedRuns.reportedBy(failures)
    workflow.readableBy(failures)
    notify.publishableBy(failures)

    const functions = { register, confirm, withdraw, reminder, feedback, failures, announce }
    const watched = {
      name: name('workflow'),
      stateMachineArn: workflow.arn,
      calledByRunsArn: reminder.live.arn,
      functions,
      api: { id: api.id, name: name('api') },
      mailEvents,
      events,
      webhook,
      slackChannel: name('slack'),
    }
    const { topicArnByRegion } = notify
    const alarms = new Alarms(this, 'alarms', { ...watched, settings, topicArnByRegion })
    new Dashboard(this, 'dashboard', { ...watched, region: settings.region, alarmArns: alarms.arns })
    const topicArns = Object.values(topicArnByRegion)
    new SlackChannel(this, 'slack', { ...settings, name: name('slack'), accountId, topicArns })
    if (settings.github) {
      const shipping = { stage, accountId, functions, stateMachineArn: workflow.arn, github: settings.github }
      new DeployRoles(this, 'ship', { ...shipping, calledByRuns: ['reminder'] })
    }

    new TerraformOutput(this, 'api_endpoint', { value: api.url })
    new TerraformOutput(this, 'state_machine_arn', { value: workflow.arn })
    // Every plan carries its outputs: so the report on a plan knows what the stage is built for, and on what.
    new TerraformOutput(this, outputs.expectedRegistrationsPerDay, { value: settings.expectedRegistrationsPerDay })
    new TerraformOutput(this, outputs.accountConcurrency, { value: settings.accountConcurrency })
    if (settings.sesSandbox) new TerraformOutput(this, outputs.sesSandbox, { value: true })
  }

  /** Names of the stage's own for the API and the mails. */
  private domain({ region, domain }: Settings & { domain: Domain }, { identity }: Mail): ApiDomain {
    const zone = new Zone(this, 'domain', { name: domain.zone })
    new MailDomain(this, 'mail-domain', { zone, identity, region, domain })
    return new ApiDomain(this, 'api-domain', { zone, host: domain.api })
  }

  /** Addresses in plans without hashes, as in `aws_lambda_function.register_function`. Renaming one replaces the resource. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const { scopes } = TerraformElement.isTerraformElement(element) ? element.node : element
    return scopes
      .slice(scopes.indexOf(this) + 1)
      .map(({ node }) => node.id)
      .join('_')
  }
}
