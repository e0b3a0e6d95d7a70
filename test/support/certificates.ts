import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificates extends Disposable {
  /** Directory of all files. */
  readonly directory: string;
  /** Path of the CA certificate that signed the certificates of server and client. */
  readonly ca: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** Paths of a self-signed certificate, which no CA has signed. */
  readonly untrusted: KeyPair;
}

/** Paths of two PEM files. */
interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Creates certificates for `localhost` in a temporary directory with openssl(1). Disposal removes the directory. */
export function createCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'certificates-'));
  const authority = selfSigned(directory, 'ca');
  const extension = join(directory, 'extension');
  writeFileSync(extension, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signed = (name: string): KeyPair => {
    const pair = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
    const request = join(directory, `${name}.csr`);
    openssl('req', '-newkey', 'ec', ...CURVE, '-nodes', '-subj', `/CN=${name}`, '-keyout', pair.key, '-out', request);
    const by = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial', '-extfile', extension];
    openssl('x509', '-req', '-in', request, ...by, '-days', '2', '-out', pair.cert);
    return pair;
  };
  return {
    directory,
    ca: authority.cert,
    server: signed('server'),
    client: signed('client'),
    untrusted: selfSigned(directory, 'untrusted'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}

const CURVE = ['-pkeyopt', 'ec_paramgen_curve:prime256v1'];

function selfSigned(directory: string, name: string): KeyPair {
  const pair = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  const subject = ['-subj', `/CN=${name}`, '-days', '2'];
  openssl('req', '-x509', '-newkey', 'ec', ...CURVE, '-nodes', ...subject, '-keyout', pair.key, '-out', pair.cert);
  return pair;
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

/** Reads a key pair as PEM texts for `tls.createServer()`. */
export function readKeyPair({ cert, key }: KeyPair): { readonly cert: string; readonly key: string } {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
