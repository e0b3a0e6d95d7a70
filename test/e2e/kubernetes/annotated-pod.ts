import { IMAGE } from '../support/docker/image.ts';

/**
 * Returns a pod with annotations for Prometheus. The pod represents a program of a user. It runs the image of the exporter
 * only to serve some metrics.
 */
export function annotatedPod(name: string, annotations: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations },
    spec: {
      containers: [
        { name, image: IMAGE, args: ['--web.listen-address=:9102', '--web.telemetry-path=/app/metrics'] },
        // Prometheus scrapes the port in the annotation. It must not scrape this declared port.
        { name: 'other', image: IMAGE, args: ['--web.listen-address=:9103'], ports: [{ containerPort: 9103 }] },
      ],
    },
  };
}
