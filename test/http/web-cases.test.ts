import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { WEB_CASES, type WebCase, webCaseCells } from '../../docs/web-cases.ts';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { serveWeb } from '../support/web-server.ts';

let certificates: Certificates;
before(() => {
  certificates = createCertificates();
});
after(() => certificates[Symbol.dispose]());

/** Returns the lines of a key whose value is the content of a PEM file. */
function inline(key: string, file: string): string {
  const lines = readFileSync(join(certificates.directory, file), 'utf8').trim().split('\n');
  return [`  ${key}: |`, ...lines.map((line) => `    ${line}`)].join('\n');
}

/** Writes web.yml and returns its path. */
function writeConfig(lines: readonly string[]): string {
  const text = lines
    .map((line) => {
      if (line === 'INLINE')
        return ['tls_server_config:', inline('cert', 'server.pem'), inline('key', 'server.key')].join('\n');
      return line === '  client_ca: INLINE' ? inline('client_ca', 'ca.pem') : line;
    })
    .join('\n');
  const file = join(certificates.directory, 'web.yml');
  writeFileSync(file, `${text}\n`);
  return file;
}

interface Output {
  readonly code: number;
  readonly text: string;
}

/** Runs a command in the directory of the certificates. The code is 0 if the command succeeds. */
function execute(program: string, args: readonly string[]): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd: certificates.directory }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
    child.stdin?.end();
  });
}

async function request(
  { command = [], config = [], scheme, path = '/metrics' }: WebCase,
  port: number,
): Promise<Output> {
  const [program, ...args] = command;
  if (program === 'openssl') {
    const level = args.includes('-tls1_1') ? ['-cipher', 'DEFAULT:@SECLEVEL=0'] : [];
    return execute('openssl', ['s_client', '-connect', `localhost:${port}`, '-CAfile', 'ca.pem', ...level, ...args]);
  }
  const usesTls = config.some((line) => line === 'tls_server_config:' || line === 'INLINE');
  const origin = `${scheme ?? (usesTls ? 'https' : 'http')}://localhost:${port}`;
  const urls = command.map((word) => word.replace('ORIGIN', origin));
  const output = ['--silent', '--write-out', '\nstatus %{http_code}\n'];
  return execute('curl', [...output, '--cacert', 'ca.pem', ...urls, `${origin}${path}`]);
}

async function check(context: TestContext, item: WebCase): Promise<void> {
  const { config, result } = item;
  const file = config === undefined ? join(certificates.directory, 'none.yml') : writeConfig(config);
  if (typeof result === 'object' && 'refused' in result) {
    const message = result.refused.replace('DIRECTORY', certificates.directory).replace('web.yml', file);
    await assert.rejects(serveWeb(context, file), { message });
    return;
  }
  const { port } = await serveWeb(context, file, { addresses: [{ host: undefined, port: 0 }] });
  const { code, text } = await request(item, port);
  if (result === 'closed') assert.notEqual(code, 0, text);
  else if (typeof result === 'number') assert.match(text, new RegExp(`\nstatus ${result}\n$`));
  else assert.ok(text.includes(result.output), text);
}

for (const item of WEB_CASES) {
  const [configuration = '', sent = '', result = ''] = webCaseCells(item);
  test(`web.yml with ${configuration}${sent && `, requested ${sent}`}: ${result}`, (context) => check(context, item));
}
