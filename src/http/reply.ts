import type { ErrorRequestHandler, IRouter, RequestHandler, Response } from 'express';

/** Plain text as it is: no newline is added, and no charset but UTF-8 is meant. */
export function sendText(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text);
}

export const answerNotFound: RequestHandler = ({ baseUrl, path }, response) => {
  sendText(response, 404, `Cannot find ${baseUrl}${path}\n`);
};

/** For a path that is known, with a method that is not. Express answers HEAD wherever it answers GET. */
const answerMethodNotAllowed: RequestHandler = ({ method, baseUrl, path }, response) => {
  response.set('Allow', 'GET, HEAD');
  sendText(response, 405, `Cannot ${method} ${baseUrl}${path}\n`);
};

/** A path that answers GET and HEAD, and refuses what else is asked of it. */
export function onGet(router: IRouter, path: string | string[], answer: RequestHandler): void {
  router.route(path).get(answer).all(answerMethodNotAllowed);
}

/** The last resort: the message of an error that is the client's doing, never a stack. */
export function answerErrors(onError: (error: unknown) => void): ErrorRequestHandler {
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

function statusOf(error: unknown): number {
  const isClients = error instanceof Error && 'status' in error && typeof error.status === 'number';
  return isClients && Number(error.status) < 500 ? Number(error.status) : 500;
}
