import { createServer } from 'node:http';
import { counter, createExporter } from 'otel-node-exporter';

const requests = counter('http_requests_total', 'HTTP requests by status code and method.', ['code', 'method']);

/** The program to monitor is a server with a single page. */
const shop = createServer(({ url, method = '' }, response) => {
  const code = url === '/' ? 200 : 404;
  response.writeHead(code).end(`${code}\n`);
  requests.inc({ code: String(code), method: method.toLowerCase() });
});
shop.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1');

await createExporter({
  name: 'shop',
  description: 'HTTP requests of the shop.',
  namespace: 'shop',
  port: 9400,
  metrics: [requests],
});
