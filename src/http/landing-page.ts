import type { RequestHandler } from 'express';

export interface PageOptions {
  /** What the exporter calls itself. */
  readonly name: string;
  /** A sentence about it. */
  readonly description: string;
  readonly version: string;
  readonly links: readonly (readonly [path: string, what: string])[];
}

/** What this is, for whoever opens the port in a browser. */
export function createPageHandler(options: PageOptions): RequestHandler {
  const [name, description, version] = [options.name, options.description, options.version].map(escapeHtml);
  const items = options.links
    .map(([path, what]) => `<li><a href="${escapeHtml(path)}">${escapeHtml(path)}</a> ${escapeHtml(what)}</li>`)
    .join('\n');
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
li { margin: .25rem 0 }
</style>
</head>
<body>
<h1>${name}</h1>
<p>${description} Version ${version}.</p>
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

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
