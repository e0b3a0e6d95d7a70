import { parseVisibleMounts } from '../../../src/collectors/filesystem/mounts.ts';
import type { Container } from '../../../src/containers/discovery/container.ts';
import { identifyCgroup } from '../../../src/containers/discovery/identify-cgroup.ts';
import { criApi } from '../../../src/containers/metadata/cri-api.ts';
import { dockerApi } from '../../../src/containers/metadata/docker-api.ts';
import { parseDockerState, parseRuncState } from '../../../src/containers/metadata/docker-state.ts';
import { parseKubernetesName } from '../../../src/containers/metadata/metadata.ts';
import type { MetadataSource } from '../../../src/containers/metadata/metadata-source.ts';
import { parseBundle } from '../../../src/containers/metadata/oci-bundle.ts';
import { decodeMessage, parseStatus, toFailureResponse } from '../../../src/export/otlp/grpc-status.ts';
import { parseRetryAfter } from '../../../src/export/otlp/retry-after.ts';
import { toLogText, toSuccess } from '../../../src/export/otlp/service-response.ts';
import type { Host } from '../../../src/host/host.ts';
import { ID_A, ID_B } from '../../support/cgroup-files.ts';
import { encodeField } from '../../support/protobuf-field.ts';
import { recorded } from '../recorded-files.ts';
import { bytes, type FuzzTargets, rows, text } from '../target.ts';

const LABELS = ['com.example.role'];
const CONTAINER: Container = {
  ...(identifyCgroup(`/docker/${ID_A}`) ?? missing()),
  ...{ path: `/docker/${ID_A}`, inode: 1, createdAt: 1 },
};
const DOCKER_LIST = JSON.stringify([
  {
    Id: ID_A,
    Names: ['/web', '/a/b'],
    Image: 'nginx',
    Labels: { 'com.example.role': 'x', 'io.kubernetes.pod.name': 'p' },
  },
]);
const DOCKER_STATE = JSON.stringify({
  Name: '/k8s_c_p_n_u_0',
  Config: { Image: 'nginx', Labels: { a: 'b' }, Env: ['X=1'] },
});
const MOUNTS = [{ source: `/var/lib/docker/containers/${ID_A}/hostname`, destination: '/etc/hostname' }];
const BUNDLE = JSON.stringify({
  annotations: { 'io.kubernetes.cri-o.Labels': '{"a":"b"}', 'nerdctl/name': 'web', 'io.kubernetes.pod.uid': 'u' },
  mounts: MOUNTS,
});
const CRI_LIST = encodeField(
  1,
  Buffer.concat([
    ...[encodeField(1, ID_A), encodeField(2, ID_B), encodeField(3, encodeField(1, 'app'))],
    ...[encodeField(4, Buffer.concat([encodeField(1, 'sha256:c'), encodeField(18, 'registry/app:1')]))],
    encodeField(8, Buffer.concat([encodeField(1, 'com.example.role'), encodeField(2, 'x')])),
  ]),
);
const CRI_SANDBOX = encodeField(
  1,
  Buffer.concat([
    encodeField(1, ID_B),
    encodeField(2, Buffer.concat([encodeField(1, 'web-0'), encodeField(3, 'shop')])),
  ]),
);
const PARTIAL_SUCCESS = encodeField(1, Buffer.concat([Buffer.from([8, 7]), encodeField(2, 'seven points')]));
const RETRY_INFO = encodeField(
  3,
  Buffer.concat([
    encodeField(1, 'type.googleapis.com/google.rpc.RetryInfo'),
    encodeField(2, encodeField(1, Buffer.from([8, 3]))),
  ]),
);

function missing(): never {
  throw new Error('Cannot find the id in the path of a container');
}

/** Returns the metadata from a source whose sockets all return the same response. */
function find(source: MetadataSource, response: unknown): Promise<unknown> {
  const parse = async (_path: string, parser: (body: unknown) => unknown): Promise<unknown> => parser(response);
  // The sources use only the sockets of the host.
  const host = { httpSocket: () => ({ get: parse }), grpcSocket: () => ({ call: parse }) } as unknown as Host;
  return source.find(host, [CONTAINER]);
}

/** Responses, files and names of container runtimes, and responses of a Collector. */
export const PROGRAMS: FuzzTargets = {
  criApi: bytes([CRI_LIST, CRI_SANDBOX], (message) => find(criApi('cri.sock', LABELS), message)),
  dockerApi: text([DOCKER_LIST], (list) => find(dockerApi('docker.sock', LABELS), list)),
  dockerState: text([DOCKER_STATE], (state) => parseDockerState(state, LABELS)),
  runcState: text([JSON.stringify({ config: { mounts: MOUNTS } })], parseRuncState),
  ociBundle: text([BUNDLE], (bundle) => parseBundle(bundle, LABELS)),
  kubernetesName: text(['k8s_app_web-0_shop_uid-1_0'], parseKubernetesName),
  identifyCgroup: text(
    [
      `/docker/${ID_A}`,
      `/kubepods.slice/kubepods-pod119c160d_6465_41d3_9dba_5d4c5dc40c1a.slice/cri-containerd-${ID_A}.scope`,
      `/kubepods/burstable/pod119c160d-6465-41d3-9dba-5d4c5dc40c1a/${ID_A}`,
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID_A}.scope/container`,
      '/machine.slice/systemd-nspawn@a\\x2db.service/payload',
      '/lxc.payload.web/ns',
    ],
    identifyCgroup,
  ),
  visibleMounts: rows(recorded(/mountinfo$/), (table, report) => parseVisibleMounts(table, '/host', report)),
  otlpProtobufResponse: bytes([PARTIAL_SUCCESS], (body) => toSuccess(body, 'protobuf')),
  otlpJsonResponse: bytes([Buffer.from('{"partialSuccess":{"rejectedDataPoints":"7","errorMessage":"x"}}')], (body) =>
    toSuccess(body, 'json'),
  ),
  otlpGrpcFailure: text([`14\nbusy%20now\n${RETRY_INFO.toString('base64')}`, '8\n\n'], (headers) => {
    const [status = '', message = '', details] = headers.split('\n');
    return toFailureResponse({ code: parseStatus(status), message: decodeMessage(message), details });
  }),
  otlpRetryAfter: text(['120', 'Wed, 21 Oct 2026 07:28:00 GMT', 'Sun Nov  6 08:49:37 1994'], (header) =>
    parseRetryAfter(header, 1_790_000_000_000),
  ),
  otlpLogText: text(['413 Payload Too Large', 'a\u0000\u001b[1mb'], toLogText),
};
