import { IMAGE } from '../support/docker/image.ts';

/** Returns a pod with annotations for Prometheus. It is not part of the exporter but uses its image to serve metrics. */
export function annotatedPod(name: string, annotations: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations },
    spec: {
      containers: [
        { name, image: IMAGE, args: ['--web.listen-address=:9102', '--web.telemetry-path=/app/metrics'] },
        // The annotation selects the scraped port, not this declaration.
        { name: 'other', image: IMAGE, args: ['--web.listen-address=:9103'], ports: [{ containerPort: 9103 }] },
      ],
    },
  };
}
