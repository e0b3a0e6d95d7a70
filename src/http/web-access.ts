import type { Server } from 'node:tls';
import type { TlsConfig } from '../config/web/tls-config.ts';
import { OPEN_ACCESS, readWebConfig, type WebConfig } from '../config/web/web-config.ts';
import { fileVersion } from '../host/stat.ts';
import { messageOf } from '../util/errors.ts';
import type { Log } from '../util/log.ts';

/** The configuration of the access to the listeners, with the server that is created from it. */
export interface WebAccess {
  readonly config: WebConfig;
  /** The server for handshakes; `undefined` for plain HTTP. */
  readonly tlsServer: Server | undefined;
}

/** A changed file is read when it is this old, in milliseconds, because a program may still be writing it. */
const SETTLE_MS = 250;
/** Time in milliseconds after which an invalid configuration is read again, even if no file has changed. */
const RETRY_MS = 5000;

export interface WebAccessOptions {
  /** File of `--web.config.file`; empty for access without TLS and passwords. */
  readonly file: string;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Returns the reading of a monotonic clock in milliseconds. Tests replace this function. */
  readonly now?: () => number;
}

/**
 * The access to the listeners. It follows changes of the file of `--web.config.file` and of the files that it names. If a
 * changed configuration is invalid, the last valid configuration remains in use.
 */
export class WebAccessSource {
  readonly #file: string;
  readonly #log: Pick<Log, 'info' | 'error'>;
  readonly #now: () => number;
  readonly #createTlsServer: (config: TlsConfig) => Server;
  #access: WebAccess;
  /** Paths whose changes cause a reload. */
  #files: readonly string[];
  #versions: string;
  #retryAt = Number.POSITIVE_INFINITY;
  #loggedError = '';

  private constructor(
    { file, log, now = () => performance.now() }: WebAccessOptions,
    config: WebConfig,
    createTlsServer: (config: TlsConfig) => Server,
  ) {
    this.#file = file;
    this.#log = log;
    this.#now = now;
    this.#createTlsServer = createTlsServer;
    this.#access = { config, tlsServer: config.tls && createTlsServer(config.tls) };
    this.#files = filesOf(file, config);
    this.#versions = versionsOf(this.#files).id;
  }

  /**
   * @throws {UsageError} if the file cannot be read, or with the line of a mistake in the file
   * @throws {Error} if a certificate or key cannot be used
   */
  static async load(options: WebAccessOptions): Promise<WebAccessSource> {
    const config = options.file === '' ? OPEN_ACCESS : readWebConfig(options.file);
    // The code of TLS is loaded on demand, to save time and memory in an exporter without TLS.
    const { createTlsServer } = config.tls === undefined ? NO_TLS : await import('./tls/tls-server.ts');
    return new WebAccessSource(options, config, createTlsServer);
  }

  /** Checks whether a file has changed, and returns the access that applies now. Takes about 10 µs if no file has changed. */
  get current(): WebAccess {
    if (this.#file === '') return this.#access;
    const { id, changedMs } = versionsOf(this.#files);
    if (id === this.#versions && this.#now() < this.#retryAt) return this.#access;
    if (Math.abs(Date.now() - changedMs) < SETTLE_MS) return this.#access;
    this.#versions = id;
    try {
      this.#reload();
    } catch (error) {
      this.#retryAt = this.#now() + RETRY_MS;
      this.#logOnce(`${messageOf(error)}; using the previous web configuration`);
    }
    return this.#access;
  }

  #reload(): void {
    const config = readWebConfig(this.#file);
    const reason = restartReason(this.#access.config, config);
    if (reason !== undefined) throw new Error(`Cannot use the changed ${this.#file} before a restart: ${reason}`);
    this.#access = { config, tlsServer: config.tls && this.#createTlsServer(config.tls) };
    this.#files = filesOf(this.#file, config);
    this.#versions = versionsOf(this.#files).id;
    this.#retryAt = Number.POSITIVE_INFINITY;
    this.#loggedError = '';
    this.#log.info('Using the changed web configuration');
  }

  #logOnce(message: string): void {
    if (message !== this.#loggedError) this.#log.error(message);
    this.#loggedError = message;
  }
}

const NO_TLS = {
  createTlsServer(): Server {
    throw new Error('TLS is off');
  },
};

/** Returns why a changed configuration needs a restart; `undefined` if it does not. */
function restartReason(before: WebConfig, after: WebConfig): string | undefined {
  if (before.tls === undefined && after.tls !== undefined) return 'the change turns TLS on';
  // A program that rewrites the file may leave it empty for a moment. That must not open the listeners to everyone.
  if (before.tls !== undefined && after.tls === undefined) return 'the change turns TLS off';
  return before.users.size > 0 && after.users.size === 0 ? 'the change removes all users' : undefined;
}

/** Returns the configuration file and the files that the configuration names. */
function filesOf(file: string, { tls }: WebConfig): readonly string[] {
  const sources = [tls?.cert, tls?.key, tls?.clientCa];
  return [file, ...sources.flatMap((source) => (source !== undefined && 'file' in source ? [source.file] : []))];
}

/** Returns a text that identifies the versions of all files, and the time of the last change of any of them. */
function versionsOf(files: readonly string[]): { readonly id: string; readonly changedMs: number } {
  const versions = files.map(fileVersion);
  return {
    id: versions.map(({ id }) => id).join('\n'),
    changedMs: Math.max(...versions.map(({ changedMs }) => changedMs)),
  };
}
