import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { OtlpConfig } from '../../config/otlp.ts';
import { validateAuthorities } from '../../formats/pem.ts';
import { codeOf, messageOf } from '../../util/errors.ts';
import type { Log } from '../../util/log.ts';

/** Paths of PEM files. `cert` is set if and only if `key` is set. */
export interface TlsPaths {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** The contents of PEM files, as options of `node:tls`. */
export type TlsContents = Partial<Record<keyof TlsPaths, Buffer>>;

/** The TLS files of the push. Programs such as cert-manager replace these files while the exporter runs. */
export class TlsFiles {
  readonly #paths: TlsPaths;
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #contents: TlsContents;
  #hasWarned = false;

  private constructor(paths: TlsPaths, log: Pick<Log, 'info' | 'warn'>, contents: TlsContents) {
    this.#paths = paths;
    this.#log = log;
    this.#contents = contents;
  }

  /** @throws {Error} if a file cannot be read, or is not a certificate or key: startup fails rather than the first push */
  static async load(paths: TlsPaths, log: Pick<Log, 'info' | 'warn'>): Promise<TlsFiles> {
    return new TlsFiles(paths, log, await readContents(paths));
  }

  /**
   * Reads the files again, and returns their contents: the same object while the files do not change. Returns the previous
   * contents if the files are invalid, because a program may have replaced only one file of a pair so far.
   */
  async current(): Promise<TlsContents> {
    try {
      const contents = await readContents(this.#paths);
      if (!isEqual(contents, this.#contents)) {
        this.#contents = contents;
        this.#log.info('Using the renewed certificates for OTLP');
      }
      this.#hasWarned = false;
    } catch (error) {
      if (!this.#hasWarned) this.#log.warn(`${messageOf(error)}; using the previous certificates`);
      this.#hasWarned = true;
    }
    return this.#contents;
  }
}

/**
 * Returns the TLS files of a push; `undefined` if the endpoint does not use TLS.
 *
 * @throws as {@link TlsFiles.load}
 */
export async function loadTlsFiles(
  { endpoint, certificate: ca, clientCertificate: cert, clientKey: key }: OtlpConfig,
  log: Pick<Log, 'info' | 'warn'>,
): Promise<TlsFiles | undefined> {
  return endpoint.protocol === 'https:' ? TlsFiles.load({ ca, cert, key }, log) : undefined;
}

async function readContents({ ca, cert, key }: TlsPaths): Promise<TlsContents> {
  const contents = {
    ...(ca !== undefined && { ca: await read(ca) }),
    ...(cert !== undefined && { cert: await read(cert) }),
    ...(key !== undefined && { key: await read(key) }),
  };
  try {
    if (contents.ca !== undefined) validateAuthorities(contents.ca.toString('latin1'));
    createSecureContext(contents);
  } catch (error) {
    throw new Error(`Cannot use the certificates for OTLP: ${messageOf(error)}`);
  }
  return contents;
}

/** Maximum size of a file in bytes. All CA certificates of a distribution take 250 kB. */
const MAX_PEM_BYTES = 2 * 1024 * 1024;

async function read(path: string): Promise<Buffer> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Error('not a regular file');
    if (info.size > MAX_PEM_BYTES) throw new Error(`larger than ${MAX_PEM_BYTES} bytes`);
    return await readFile(path);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${codeOf(error) ?? messageOf(error)}`);
  }
}

function isEqual(first: TlsContents, second: TlsContents): boolean {
  return (['ca', 'cert', 'key'] as const).every((name) => {
    const [one, other] = [first[name], second[name]];
    return one === other || (one !== undefined && other !== undefined && one.equals(other));
  });
}
