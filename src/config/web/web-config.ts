import { dirname, resolve } from 'node:path';
import { UsageError } from '../../flags/usage-error.ts';
import { readSmallFile } from '../../host/read-small-file.ts';
import { codeOf, messageOf } from '../../util/errors.ts';
import { type RateLimit, readRateLimit } from './rate-limit.ts';
import { readTlsConfig, type TlsConfig } from './tls-config.ts';
import { type Readers, YamlValue } from './yaml-value.ts';

/**
 * Access to the listeners, in the file format of exporter-toolkit.
 *
 * https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export interface WebConfig {
  /** `undefined` for plain HTTP. */
  readonly tls: TlsConfig | undefined;
  /** Headers of all responses. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hashes of the passwords in the format of bcrypt, by user. If the map is empty, requests need no password. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: RateLimit | undefined;
}

/** The configuration of an exporter without `--web.config.file`. */
export const OPEN_ACCESS: WebConfig = { tls: undefined, headers: {}, users: new Map(), rateLimit: undefined };

/** Maximum size of the file in bytes. The file may contain certificates. */
const MAX_BYTES = 512 * 1024;

/**
 * Reads the file of `--web.config.file`.
 *
 * @throws {UsageError} if the file cannot be read, or with the line of a mistake
 */
export function readWebConfig(file: string): WebConfig {
  const path = resolve(file);
  let text: string;
  try {
    text = readSmallFile(path, MAX_BYTES).toString('utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${codeOf(error) ?? messageOf(error)}`);
  }
  try {
    return parseWebConfig(text, dirname(path));
  } catch (error) {
    throw new UsageError(`Cannot parse ${file}: ${messageOf(error)}`);
  }
}

interface WebKeys {
  readonly tls_server_config: TlsConfig | undefined;
  readonly http_server_config: HttpKeys;
  readonly basic_auth_users: ReadonlyMap<string, string>;
  readonly rate_limit: RateLimit | undefined;
}

interface HttpKeys {
  readonly http2: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * @param directory directory to which the names of files in the text are relative
 * @throws {SyntaxError} with the line of the first mistake
 */
export function parseWebConfig(text: string, directory: string): WebConfig {
  const readers: Readers<WebKeys> = {
    tls_server_config: (value) => readTlsConfig(value, (file) => resolve(directory, file)),
    http_server_config: readHttpKeys,
    basic_auth_users: readUsers,
    rate_limit: readRateLimit,
  };
  const keys = YamlValue.parse(text).mapping(readers);
  return {
    tls: keys.tls_server_config,
    headers: keys.http_server_config?.headers ?? {},
    users: keys.basic_auth_users ?? new Map(),
    rateLimit: keys.rate_limit,
  };
}

function readHttpKeys(value: YamlValue): HttpKeys {
  // HTTP/2 is never used, so the value of http2 is checked, but has no effect.
  const { http2 = true, headers = {} } = value.mapping<HttpKeys>({
    http2: (item) => item.boolean(),
    headers: readHeaders,
  });
  return { http2, headers };
}

/** Values that a header may have; an empty list for any value. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'Strict-Transport-Security': [],
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': [],
  'Content-Security-Policy': [],
};

function readHeaders(value: YamlValue): Readonly<Record<string, string>> {
  return Object.fromEntries(
    value.entries().map(([name, item]) => {
      const allowed = Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined;
      if (allowed === undefined) return item.fail(`header ${JSON.stringify(name)} cannot be configured`);
      const header = item.text();
      if (allowed.length > 0 && !allowed.includes(header)) {
        item.fail(`invalid value of ${name}: expected ${allowed.join(' or ')}`);
      }
      // Node.js refuses other characters in a header.
      if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(header)) item.fail(`invalid character in the value of ${name}`);
      return [name, header];
    }),
  );
}

/** A hash of bcrypt: version, cost from 4 to 31, 22 characters of salt and 31 of the hash. */
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

function readUsers(value: YamlValue): ReadonlyMap<string, string> {
  return new Map(
    value.entries().map(([user, item]) => {
      const hash = item.text();
      if (!BCRYPT.test(hash)) item.fail(`invalid password of user ${JSON.stringify(user)}: expected a hash of bcrypt`);
      return [user, hash];
    }),
  );
}
