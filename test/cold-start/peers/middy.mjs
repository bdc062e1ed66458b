// As middy's documentation shows it: JSON body, a schema that ajv checks, errors as responses.
import middy from '@middy/core'
import httpErrorHandler from '@middy/http-error-handler'
import httpJsonBodyParser from '@middy/http-json-body-parser'
import validator from '@middy/validator'
import { transpileSchema } from '@middy/validator/transpile'
import { register } from './three-calls.mjs'

const eventSchema = {
  type: 'object',
  required: ['body'],
  properties: {
    body: {
      type: 'object',
      required: ['email'],
      properties: { email: { type: 'string', format: 'email', maxLength: 254 }, locale: { type: 'string' } },
      additionalProperties: false,
    },
  },
}

export const handler = middy()
  .use(httpJsonBodyParser())
  .use(validator({ eventSchema: transpileSchema(eventSchema) }))
  .use(httpErrorHandler())
  .handler(async ({ body }) => {
    await register(body.email)
    return { statusCode: 202, body: JSON.stringify({ status: 'pending' }) }
  })
