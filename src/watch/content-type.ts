import type { ApiResponse } from '../kubernetes/client.ts'
import { RequestFailed } from '../kubernetes/failure.ts'

/** A proxy's error page with status 200 must not pass for data. */
export function requireJson(response: ApiResponse): void {
  const type = response.headers['content-type'] ?? ''
  if (type.startsWith('application/json')) return
  response.cancel()
  throw new RequestFailed({ kind: 'BAD_ANSWER', message: `the server answered with the content type ${JSON.stringify(type)} instead of application/json; is something else between the gateway and the API server?` })
}
