import type { RequestHandler } from 'express';
import { FAVICON_PATH } from './favicon.ts';

/** A path of the exporter and a description of the response. */
export type Link = readonly [path: string, description: string];

export interface LandingPageOptions {
  /** Name of the exporter, for the heading and the title of the page. */
  readonly name: string;
  /** One sentence about the exporter. */
  readonly description: string;
  readonly version: string;
  readonly links: readonly Link[];
}

/**
 * Returns the handler of `/`. The response is a page for browsers, with the name of the exporter and links to its routes.
 */
export function createLandingPageHandler(options: LandingPageOptions): RequestHandler {
  const [name, description, version] = [options.name, options.description, options.version].map(escapeHtml);
  const items = options.links
    .map(([path, text]) => `<li><a href="${escapeHtml(path)}">${escapeHtml(path)}</a> ${escapeHtml(text)}</li>`)
    .join('\n');
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<link rel="icon" href="${FAVICON_PATH}" type="image/svg+xml">
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
