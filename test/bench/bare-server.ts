/** What Node.js itself costs: a server that answers one short text. The address is the only argument. */
import { createServer } from 'node:http';

const [host, port] = (process.argv[2] ?? '').split(':');
createServer((_request, response) => response.end('bare 1\n')).listen(Number(port), host);
