/**
 * Requests a URL twenty times a second. Whenever the status changes, prints a line with the Unix time in seconds and the
 * status.
 */
import { get } from 'node:http';

const [url = '', ...rest] = process.argv.slice(2);
if (url === '' || rest.length > 0) throw new Error('Usage: poll-status.ts URL');

let last: string | undefined;
for (;;) {
  const status = await getStatus(url);
  if (status !== last) process.stdout.write(`${Date.now() / 1000} ${status}\n`);
  last = status;
  await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Returns the status of the response, or `none` without a response. */
function getStatus(address: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const request = get(address, { agent: false, timeout: 5000 }, (response) => {
    response.resume();
    resolve(String(response.statusCode));
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve('none'));
  return promise;
}
