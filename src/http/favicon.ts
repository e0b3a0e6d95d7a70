import type { RequestHandler } from 'express';

/** Path of the icon that browsers request together with a page. */
export const FAVICON_PATH = '/favicon.ico';

/** The icon as SVG: three bars on a square. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#425cc7"/>' +
  '<path d="M4 13V8M8 13V3m4 10V6" stroke="#fff" stroke-width="2.5"/></svg>\n';

/** Sends the icon of the exporter. Browsers log an error for a page without an icon. */
export const sendFavicon: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'public, max-age=86400').type('image/svg+xml').send(ICON);
};
