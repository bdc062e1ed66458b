import { surprises } from './way-out.ts'

const stack = (more: object = {}) => ({
  '//': { metadata: { version: '0.21.0', stackName: 's' } },
  terraform: { required_providers: { aws: { source: 'aws', version: '6.25.0' } }, backend: { local: { path: 'p' } } },
  resource: { aws_sns_topic: { notify: { name: 'notify' } } },
  ...more,
})

test('another version and another source of the provider are expected', () => {
  const moved = stack({
    '//': { metadata: { version: '0.24.0', stackName: 's' } },
    terraform: {
      required_providers: { aws: { source: 'hashicorp/aws', version: '6.66.0' } },
      backend: { local: { path: 'p' } },
    },
  })
  expect(surprises(stack(), moved)).toEqual([])
})

test('a resource, an argument or a backend that comes, goes or changes does', () => {
  expect(surprises(stack(), stack({ resource: { aws_sns_topic: { other: { name: 'notify' } } } }))).toEqual([
    'resource.aws_sns_topic.notify',
    'resource.aws_sns_topic.other',
  ])
  expect(surprises(stack(), stack({ resource: { aws_sns_topic: { notify: { name: 'x' } } } }))).toEqual([
    'resource.aws_sns_topic.notify.name',
  ])
  expect(surprises(stack({ output: [1, 2] }), stack({ output: [1] }))).toEqual(['output.1'])
})
