// The least that any handler must do: it makes the calls that `register` made, with nothing but Node's own HTTP client. They
// are not signed, and their answers are not parsed.
const { request } = require('node:http')

exports.handler = async (calls) => {
  for (const { headers, body } of calls) {
    const status = await new Promise((resolve, reject) => {
      const call = request(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
      call.on('error', reject).end(body)
    })
    if (status !== 200) throw new Error(`A call was answered with ${status}.`)
  }
  return { statusCode: 202 }
}
