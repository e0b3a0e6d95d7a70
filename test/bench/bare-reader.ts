/**
 * What reading costs any program of Node.js: a server that reads the same files of the kernel in each scrape, makes nothing of
 * them, and answers with a page as long as ours. The address, the length of the page and the files are the arguments.
 */
import { openSync, readSync } from 'node:fs';
import { createServer } from 'node:http';

const [address = '', length, ...paths] = process.argv.slice(2);
const [host, port] = address.split(':');
const buffer = Buffer.alloc(1024 * 1024);
const descriptors = paths.map((path) => openSync(path, 'r')).filter(isReadable);
const page = Buffer.alloc(Number(length), 'x');
createServer((_request, response) => {
  for (const descriptor of descriptors) readSync(descriptor, buffer, 0, buffer.length, 0);
  response.end(page);
}).listen(Number(port), host);

/** Not so what a device does not tell now. */
function isReadable(descriptor: number): boolean {
  try {
    readSync(descriptor, buffer, 0, buffer.length, 0);
    return true;
  } catch {
    return false;
  }
}
