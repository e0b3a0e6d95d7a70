import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificates extends Disposable {
  /** Paths: who signed the others, and what they hold. */
  readonly ca: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** A key that nobody has signed. */
  readonly stranger: KeyPair;
}

interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Made anew by openssl(1), for `localhost`, and gone with the test. */
export function createCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const authority = selfSigned(folder, 'ca');
  const extension = join(folder, 'extension');
  writeFileSync(extension, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signed = (name: string): KeyPair => {
    const pair = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
    const request = join(folder, `${name}.csr`);
    openssl('req', '-newkey', 'ec', ...CURVE, '-nodes', '-subj', `/CN=${name}`, '-keyout', pair.key, '-out', request);
    const by = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial', '-extfile', extension];
    openssl('x509', '-req', '-in', request, ...by, '-days', '2', '-out', pair.cert);
    return pair;
  };
  return {
    ca: authority.cert,
    server: signed('server'),
    client: signed('client'),
    stranger: selfSigned(folder, 'stranger'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

const CURVE = ['-pkeyopt', 'ec_paramgen_curve:prime256v1'];

function selfSigned(folder: string, name: string): KeyPair {
  const pair = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const subject = ['-subj', `/CN=${name}`, '-days', '2'];
  openssl('req', '-x509', '-newkey', 'ec', ...CURVE, '-nodes', ...subject, '-keyout', pair.key, '-out', pair.cert);
  return pair;
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

/** The files of a pair, as a server takes them. */
export function readPair({ cert, key }: KeyPair): { readonly cert: string; readonly key: string } {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
