import { welcome } from './welcome.ts'

const given = {
  ...{ stack: 's', region: 'eu-west-1', cloudUrl: 'http://127.0.0.1:4566', apiUrl: 'http://127.0.0.1:3000' },
  ...{ dataFolder: '.local', token: undefined, behindProxy: false, otherNode: undefined, leftOut: [] },
}

test('a start without policies says so, in red on a terminal that shows colours', () => {
  const warning = 'IAM is off: no policy is enforced, and a missing grant fails on AWS only.'
  expect(welcome({ ...given, iam: true, colours: true })).not.toContain('IAM')
  expect(welcome({ ...given, iam: false, colours: false })).toContain(`\n${warning}\n`)
  expect(welcome({ ...given, iam: false, colours: true })).toContain(`\n\u001b[31m${warning}\u001b[39m\n`)
})

test('a start on another Node than that of AWS says so', () => {
  const otherNode = 'Functions run on another Node.'
  expect(welcome({ ...given, iam: true, colours: false, otherNode })).toContain(`\n\n${otherNode}\n\nRegister`)
  expect(welcome({ ...given, iam: true, colours: false })).toContain('\nData folder   .local\n\nRegister')
})

test('a start names what is made on AWS only', () => {
  const leftOut = ['certificate signup.example.com', 'record A signup.example.com']
  const names = 'Only on AWS   certificate signup.example.com, record A signup.example.com'
  expect(welcome({ ...given, iam: true, colours: false, leftOut })).toContain(
    `\nData folder   .local\n${names}\n\nRegister`,
  )
  expect(welcome({ ...given, iam: true, colours: false })).not.toContain('Only on AWS')
})
