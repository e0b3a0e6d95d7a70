import type { ErrorRequestHandler, IRouter, RequestHandler, Response } from 'express';

/** Sends plain text in UTF-8. Does not add a newline. */
export function sendText(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text);
}

export const handleNotFound: RequestHandler = ({ baseUrl, path }, response) => {
  sendText(response, 404, `Cannot find ${baseUrl}${path}\n`);
};

const handleMethodNotAllowed: RequestHandler = ({ method, baseUrl, path }, response) => {
  response.set('Allow', 'GET, HEAD');
  sendText(response, 405, `Cannot ${method} ${baseUrl}${path}\n`);
};

/** Adds a handler for GET and HEAD. Requests with other methods get status 405. */
export function onGet(router: IRouter, path: string | string[], handler: RequestHandler): void {
  // Express also calls the GET handler for HEAD requests.
  router.route(path).get(handler).all(handleMethodNotAllowed);
}

/** Returns the handler for errors of all routes. A response never contains a stack or the message of an internal error. */
export function handleErrors(onError: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const status = statusOf(error);
    if (status >= 500) onError(error);
    if (response.headersSent) {
      next(error);
      return;
    }
    sendText(response, status, status < 500 ? 'Bad request\n' : 'Internal error\n');
  };
}

/** Returns the status that Express sets on an error of the client; 500 for all other errors. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status < 500 ? status : 500;
}
