import type { Notification } from '@confirmation-reminder/contracts/notification'

/** An event of a mail to Ada, as SES publishes it; pass what matters to the test. */
export function mailEvent(
  eventType: string,
  { customer = '00000000-0000-4000-8000-000000000000', claim = 'first' } = {},
) {
  return {
    eventType,
    mail: {
      timestamp: '2026-11-23T12:00:00.123Z',
      source: 'hello@example.com',
      sourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/example.com',
      sendingAccountId: '123456789012',
      messageId: '0102018f-1e0c-4f7e-8f3f-000000',
      destination: ['ada@example.com'],
      headersTruncated: false,
      tags: {
        'ses:configuration-set': ['confirmation-reminder-dev-mail'],
        'ses:operation': ['SendRawEmail'],
        customer: [customer],
        claim: [claim],
      },
    },
  }
}

/** Messages of the queue, as Lambda passes them to a function; a value that is not a string is sent as JSON. */
export function queued(...messages: (object | string)[]): Notification {
  return {
    Records: messages.map((message, index) => ({
      messageId: `message ${index}`,
      body: typeof message === 'string' ? message : JSON.stringify(message),
      eventSource: 'aws:sqs',
    })),
  }
}

/** Messages as SNS passes them to a function; a value that is not a string is sent as JSON. */
export function notification(...messages: (object | string)[]): Notification {
  return {
    Records: messages.map((message) => ({
      EventSource: 'aws:sns',
      Sns: { Message: typeof message === 'string' ? message : JSON.stringify(message) },
    })),
  }
}
