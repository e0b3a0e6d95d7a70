/**
 * Measures the minimum cost of an HTTP server in Node.js: this server responds with a short constant text. The argument is
 * the listen address.
 */
import { createServer } from 'node:http';

const [host, port] = (process.argv[2] ?? '').split(':');
createServer((_request, response) => response.end('bare 1\n')).listen(Number(port), host);
