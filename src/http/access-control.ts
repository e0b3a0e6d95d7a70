import { setTimeout } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { RateLimit } from '../config/web/rate-limit.ts';
import type { OnLimit } from '../util/limit-counter.ts';
import { Authenticator } from './auth/authenticator.ts';
import { clientGroup } from './auth/client-group.ts';
import { parseCredentials } from './auth/credentials.ts';
import { RateLimiter } from './auth/rate-limiter.ts';
import { sendText } from './reply.ts';
import type { WebAccessSource } from './web-access.ts';

export interface AccessControlOptions {
  readonly source: WebAccessSource;
  /** Returns whether the client of a request has to send a certificate, but sent none. */
  readonly lacksCertificate: (request: Request) => boolean;
  /** Called when the rate limit rejects a request, or when a comparison of passwords is dropped. */
  readonly onLimit: OnLimit;
}

/** Returns a handler that adds the configured headers to a response. An empty header is left out. */
export function createHeaderHandler(source: WebAccessSource): RequestHandler {
  return (_request, response, next) => {
    for (const [name, value] of Object.entries(source.current.config.headers)) {
      if (value !== '') response.set(name, value);
    }
    next();
  };
}

/** Returns a handler that lets a request pass if the web configuration permits it, and rejects the request otherwise. */
export function createAccessHandler({ source, lacksCertificate, onLimit }: AccessControlOptions): RequestHandler {
  const authenticator = new Authenticator();
  const takeToken = createRateLimit();
  return async (request, response, next) => {
    const { users, rateLimit } = source.current.config;
    if (!takeToken(rateLimit)) {
      onLimit('request_rate');
      sendText(response, 429, 'Too many requests\n');
    } else if (lacksCertificate(request)) {
      response.set('Connection', 'close');
      sendText(response, 403, 'Client certificate required\n');
    } else if (users.size === 0) {
      next();
    } else {
      const isCorrect = await authenticate(request, users, authenticator);
      if (isCorrect === true) next();
      else await reject(response, isCorrect, onLimit);
    }
  };
}

/** Returns a function that takes a token from the bucket of a limit. A changed limit gets a new bucket. */
function createRateLimit(): (limit: RateLimit | undefined) => boolean {
  let current: RateLimit | undefined;
  let limiter: RateLimiter | undefined;
  return (limit) => {
    if (limit?.intervalMs !== current?.intervalMs || limit?.burst !== current?.burst) {
      current = limit;
      limiter = limit && new RateLimiter(limit);
    }
    return limiter?.take() ?? true;
  };
}

/** Returns whether the credentials of a request are correct; `undefined` if too many comparisons run. */
async function authenticate(
  request: Request,
  users: ReadonlyMap<string, string>,
  authenticator: Authenticator,
): Promise<boolean | undefined> {
  const credentials = parseCredentials(request.headers.authorization);
  if (credentials === undefined) return false;
  return authenticator.check({ credentials, users, client: clientGroup(request.socket.remoteAddress) });
}

/** Time in milliseconds before the response to a dropped comparison. It slows down a client that repeats its requests. */
const DROP_DELAY_MS = 1000;

async function reject(response: Response, isCorrect: false | undefined, onLimit: OnLimit): Promise<void> {
  if (isCorrect === undefined) {
    onLimit('password_checks');
    await setTimeout(DROP_DELAY_MS);
    response.set('Retry-After', '1');
    sendText(response, 503, 'Too many password checks\n');
    return;
  }
  response.set('WWW-Authenticate', 'Basic realm="metrics", charset="UTF-8"');
  sendText(response, 401, 'Unauthorized\n');
}
