// One cold start as Lambda has it: load the code, handle one event. Prints the answer and the processor time of the whole
// process until then. Plain JavaScript, so that nothing but the code is loaded.
const [, , code, event] = process.argv
const context = { awsRequestId: '00000000-0000-4000-8000-000000000000', getRemainingTimeInMillis: () => 10_000 }

// Under valgrind everything takes fifty times as long: neither a timeout of a client nor the lease of a claim may end before its
// time, because then the process would do other work than on Lambda.
const { setTimeout } = globalThis
globalThis.setTimeout = (callback, ms, ...rest) => setTimeout(callback, ms * 100, ...rest)
const began = Date.now()
Date.now = () => began

require(code)
  .handler(JSON.parse(event), context)
  .then((answer) => {
    const { user, system } = process.cpuUsage()
    // On stderr, because handlers log to stdout.
    process.stderr.write(JSON.stringify({ answer, cpuMs: (user + system) / 1000 }), () => process.exit(0))
  })
