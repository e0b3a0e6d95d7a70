import { IMAGE } from '../support/docker/image.ts';

/** A pod that has nothing to do with the exporter but its image, which is the only one here that serves metrics. */
export function annotatedPod(name: string, annotations: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations },
    spec: {
      containers: [
        { name, image: IMAGE, args: ['--web.listen-address=:9102', '--web.telemetry-path=/foreign/metrics'] },
        // A port that is declared is not the one that is scraped.
        { name: 'other', image: IMAGE, args: ['--web.listen-address=:9103'], ports: [{ containerPort: 9103 }] },
      ],
    },
  };
}
