/**
 * Baseline for the cost of reading in Node.js: a server that reads the given kernel files in each scrape, discards their contents
 * and responds with a constant page of the given length.
 *
 * Arguments: listen address, length of the page in bytes, paths of the files.
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

/** Some sysfs attributes can be opened but not read, depending on the state of their device. */
function isReadable(descriptor: number): boolean {
  try {
    readSync(descriptor, buffer, 0, buffer.length, 0);
    return true;
  } catch {
    return false;
  }
}
