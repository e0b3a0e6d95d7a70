import type { RequestHandler } from 'express';

export interface PageOptions {
  readonly version: string;
  /** `false`: there is no page to scrape. */
  readonly metricsPath: string | false;
}

/** What this is, for whoever opens the port in a browser. */
export function createPageHandler({ version, metricsPath }: PageOptions): RequestHandler {
  const links = [
    ...(metricsPath === false ? [] : [[metricsPath, 'Metrics for Prometheus']]),
    ['/info/hostname', "The host's name"],
    ['/info/uptime', 'Seconds since boot'],
    ['/info/load', 'Load averages'],
    ['/info/containers', 'Containers and what they use'],
    ['/health', 'Whether the exporter lives'],
    ['/-/ready', 'Whether it has something to say'],
  ];
  const items = links.map(([path, what]) => `<li><a href="${path}">${path}</a> ${what}</li>`).join('\n');
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>otel-node-exporter</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
li { margin: .25rem 0 }
</style>
</head>
<body>
<h1>otel-node-exporter</h1>
<p>Metrics of this Linux host for Prometheus and OpenTelemetry. Version ${version}.</p>
<ul>
${items}
</ul>
</body>
</html>
`;
  return (_request, response) => {
    response.type('html').send(page);
  };
}
