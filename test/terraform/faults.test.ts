import { stackOf } from '../synthesise.ts'
import { only, type Stack, terraformIsHere, Workspace } from './terraform.ts'

const table = (stack: Stack) => only(stack, 'aws_dynamodb_table', /^customers/)

if (!terraformIsHere)
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
else
  describe('terraform validate', () => {
    let workspace: Workspace
    beforeAll(async () => {
      workspace = await Workspace.of(stackOf('prod'))
    })
    afterAll(() => workspace?.dispose())

    test.each<[fault: string, seed: (stack: Stack) => void, named: RegExp]>([
      [
        'an unknown argument',
        (stack) => Object.assign(only(stack, 'aws_sns_topic', /^notify_topic$/), { colour: 'red' }),
        /resource\.aws_sns_topic\.\w+: No argument or block type is named "colour"/,
      ],
      [
        'an unknown argument inside a block',
        (stack) => Object.assign(table(stack).ttl, { after: 1 }),
        /resource\.aws_dynamodb_table\.\w+\.ttl: No argument or block type is named "after"/,
      ],
      [
        'a missing argument that is required',
        (stack) => {
          delete table(stack).name
        },
        /Missing required argument in resource\.aws_dynamodb_table\.\w+: The argument "name" is required/,
      ],
      [
        'a reference to an attribute that does not exist',
        (stack) => Object.assign(table(stack), { hash_key: '${aws_sns_topic.notify_topic.url}' }),
        /Unsupported attribute in resource\.aws_dynamodb_table\.\w+: This object has no argument, nested block, or exported attribute named "url"/,
      ],
      [
        'a reference to a resource that does not exist',
        (stack) => Object.assign(table(stack), { hash_key: '${aws_sns_topic.other.arn}' }),
        /Reference to undeclared resource in resource\.aws_dynamodb_table\.\w+: .*"aws_sns_topic" "other"/,
      ],
      [
        'a cycle',
        (stack) => Object.assign(table(stack), { hash_key: '${aws_sfn_state_machine.workflow_machine.arn}' }),
        /Cycle: .*aws_dynamodb_table\.\w+/,
      ],
      [
        'a wrong type',
        (stack) => Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { timeout: 'soon' }),
        /Incorrect attribute value type in resource\.aws_lambda_function\.\w+: .*"timeout": a number is required/,
      ],
      [
        'two of a block that may stand once',
        (stack) => Object.assign(table(stack), { ttl: [table(stack).ttl, table(stack).ttl] }),
        /Too many ttl blocks in resource\.aws_dynamodb_table\.\w+/,
      ],
    ])('finds %s, and names it', async (_, seed, named) => {
      workspace.change(seed)
      const faults = await workspace.faults()
      expect(faults.join('\n')).toMatch(named)
    })
  })
