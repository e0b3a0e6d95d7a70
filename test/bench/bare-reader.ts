/**
 * Measures the minimum cost of reading files in Node.js: this server reads some kernel files in each scrape, discards
 * their contents, and responds with a constant body.
 *
 * Arguments: listen address, length of the body in bytes, paths of the files.
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

/**
 * Returns whether a file can be read. Some sysfs attributes can be opened, but a read fails in some states of the device.
 */
function isReadable(descriptor: number): boolean {
  try {
    readSync(descriptor, buffer, 0, buffer.length, 0);
    return true;
  } catch {
    return false;
  }
}
