import { collectors as definitions } from '../../../src/collectors/index.ts';
import { toMetricNamePart } from '../../../src/collectors/support/metric-name.ts';
import { readConfig } from '../../../src/config/config.ts';
import { parseConfigFile } from '../../../src/config/file.ts';
import { parseKeyValueList } from '../../../src/config/key-value-list.ts';
import { isInNoProxy } from '../../../src/config/no-proxy.ts';
import { resolveEndpoint, validateEndpoint, withMetricsPath } from '../../../src/config/otlp-endpoint.ts';
import { parseExporters, parseHeaders } from '../../../src/config/otlp-flags.ts';
import { parseWebConfig } from '../../../src/config/web/web-config.ts';
import { compileGoRegexp } from '../../../src/flags/go-regexp.ts';
import { suggest } from '../../../src/flags/suggest.ts';
import { UsageError } from '../../../src/flags/usage-error.ts';
import { globToRegExp } from '../../../src/host/glob.ts';
import { clientGroup } from '../../../src/http/auth/client-group.ts';
import { parseCredentials } from '../../../src/http/auth/credentials.ts';
import { readCollectorFilter } from '../../../src/http/collector-filter.ts';
import { parseNames } from '../../../src/http/tls/client-certificate.ts';
import { redactUrls } from '../../../src/util/redact.ts';
import { type FuzzTargets, text } from '../target.ts';

const ARGUMENTS = [
  '--collector.cpu.info\n--web.listen-address=[::1]:9100\n--log.level=debug\n--collector.filesystem.mount-points-exclude=^/(dev|proc)($|/)',
  '--no-collector.arp\n--otlp.endpoint=http://localhost:4318\n--otlp.interval=1m30s\n--otlp.headers=a=b,c=%20',
  '--collector.disable-defaults\n--web.max-requests=40\n--metrics.namespace=x\n--collector.netdev.device-exclude=lo',
];
const VARIABLES = [
  'EXPORTER_LOG_LEVEL=debug\nOTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318\nOTEL_RESOURCE_ATTRIBUTES=a=b,c=d\nTZ=UTC',
  'OTEL_METRICS_EXPORTER=otlp,prometheus\nOTEL_METRIC_EXPORT_INTERVAL=1000\nEXPORTER_WEB_LISTEN_ADRESS=:1\nNO_PROXY=a,b',
];
const YAML = [
  'log.level: debug\nweb.listen-address: [":9100", "[::1]:9100"]\ncollector.cpu.info: true\n# comment\n',
  'a: &x 1\nb: *x\nc: {d: [1, 2], e: "f\\n"}\ng: |\n  text\n  more\nh: !!str 1\n',
];
const WEB_YML = [
  'tls_server_config:\n  cert_file: a.pem\n  key: |\n    text\n  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [a, b]\n  min_version: TLS12\n  cipher_suites:\n  - TLS_AES_128_GCM_SHA256\n',
  'http_server_config:\n  http2: true\n  headers:\n    X-Frame-Options: deny\nrate_limit: {interval: 1m30s, burst: 3}\n',
  'basic_auth_users: &users\n  a: $2y$04$7atYcaZfeYqDgPvIHlWxy.GfRXHaa.PEYcQL6N5o7fi892cmP7lBO\n',
];
const REGEXPS = [
  '^(dev|proc|sys)($|/)',
  '(?i)a[^b-d]*?\\pL+{2,3}\\Qx.\\E',
  '(?s:a.(b|c)+)\\b$',
  '[[:alpha:]\\x{10FFFF}]',
  '(a*)*b',
];
const PATHS = ['/dev/sda1', 'ab\u{1f4a5}', 'a'.repeat(500)];
const RUNNING = ['cpu', 'meminfo', 'netdev', 'textfile'];

/** Maximum size of the headers of a request in Node.js, which include the URL. */
const MAX_URL = 16 * 1024;
/** Maximum length of a file name in Linux. */
const MAX_NAME = 255;
/**
 * Limit for inputs that only the administrator writes. It detects growth without a bound, because the programs that read them
 * start once: 64 KiB of YAML take a second.
 */
const START_MS = 5000;

/** Returns the values of variables, one in each line. */
function toEnvironment(lines: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.split('\n').map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, Math.max(equals, 0)), line.slice(equals + 1)];
    }),
  );
}

/** The configuration of the program, and queries of requests. */
export const CONFIGURATION: FuzzTargets = {
  commandLine: {
    ...text(ARGUMENTS, (argv) => readConfig({ argv: argv.split('\n'), env: {}, definitions })),
    errors: [UsageError],
    maxMs: START_MS,
  },
  environment: {
    ...text(VARIABLES, (env) => readConfig({ argv: [], env: toEnvironment(env), definitions })),
    errors: [UsageError],
    maxMs: START_MS,
  },
  configurationFile: {
    ...text(YAML, (file) => parseConfigFile(file, 'exporter.yaml')),
    errors: [UsageError],
    maxMs: START_MS,
  },
  webConfig: { ...text(WEB_YML, (file) => parseWebConfig(file, '/etc')), maxMs: START_MS },
  certificateNames: text(['DNS:a, IP Address:0:0:0:0:0:0:0:1', 'URI:"a, DNS:b", email:c@d'], parseNames),
  clientGroup: text(['::ffff:192.0.2.1', '2001:db8::1%eth0', '10.0.0.1'], clientGroup),
  credentials: text(['Basic ZGF2ZTpkYXZlMTIz', 'basic Og=='], (header) => parseCredentials(header.slice(0, MAX_URL))),
  collectorFilter: text(
    ['/metrics?collect[]=cpu&collect[]=meminfo', '/metrics?exclude[]=netdev', '/metrics?collect%5B%5D=cpu&x=%zz'],
    (url) => readCollectorFilter(url.slice(0, MAX_URL), RUNNING),
  ),
  goRegexp: {
    ...text(REGEXPS, (source) => {
      const expression = compileGoRegexp(source);
      return PATHS.map((path) => expression.test(path));
    }),
    maxMs: START_MS,
  },
  glob: {
    ...text(['*.prom\na.prom', 'a[^b-d]?\\*\nab', '*a*a*a*b\naaaa'], (input) => {
      const [pattern = '', ...name] = input.split('\n');
      return globToRegExp(pattern)?.test(name.join('\n').slice(0, MAX_NAME));
    }),
    maxMs: START_MS,
  },
  keyValueList: text(['a=b,c=%20d', ' x = y ,'], parseKeyValueList),
  metricNamePart: text(['package-0-die-1', '__a--b__'], toMetricNamePart),
  noProxy: {
    ...text(['localhost,.example.com:80,10.0.0.0/8,[::1]:4318,10.0.0.1-10.0.0.9', '*'], (list) => [
      isInNoProxy(list, { host: '10.0.0.5', port: 4318 }),
      isInNoProxy(list, { host: 'www.example.com', port: 80 }),
    ]),
    maxMs: START_MS,
  },
  otlpEndpoint: text(
    ['http://localhost:4318/x', 'unix:///run/otel.sock', 'dns:///collector:4317', '[::1]:4317'],
    (endpoint) => {
      const valid = validateEndpoint(endpoint);
      return [withMetricsPath(valid), resolveEndpoint(valid, { isGrpc: true, isInsecure: false })];
    },
  ),
  otlpExporters: text(['prometheus,otlp', 'none', ''], parseExporters),
  otlpHeaders: text(['authorization=Bearer%20x,api-key=y'], parseHeaders),
  redactUrls: text(['Cannot reach http://user:password@host/path?x', 'a://b@c'], redactUrls),
  suggestFlag: text(['web.listen-adress', 'colector.cpu'], (name) =>
    suggest(name, ['web.listen-address', 'collector.cpu']),
  ),
};
